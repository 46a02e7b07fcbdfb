module @all_reduce_of_two_groups {
  func.func @f(%x : tensor<2xi64>) -> tensor<2xi64> {
    %y = "stablehlo.all_reduce"(%x) ({
      ^bb0(%a: tensor<i64>, %b: tensor<i64>):
        %0 = stablehlo.add %a, %b : tensor<i64>
        stablehlo.return %0 : tensor<i64>
    }) {replica_groups = dense<[[0, 2], [3, 1]]> : tensor<2x2xi64>} : (tensor<2xi64>) -> tensor<2xi64>
    return %y : tensor<2xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %in1 = stablehlo.constant dense<[10, 20]> : tensor<2xi64>
    %in2 = stablehlo.constant dense<[100, 200]> : tensor<2xi64>
    %in3 = stablehlo.constant dense<[1000, 2000]> : tensor<2xi64>
    %results:4 = "interpreter.run_parallel"(%in0, %in1, %in2, %in3) {
      programs = [[@f], [@f], [@f], [@f]]
    } : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>)
    check.expect_eq_const %results#0, dense<[101, 202]> : tensor<2xi64>
    check.expect_eq_const %results#1, dense<[1010, 2020]> : tensor<2xi64>
    check.expect_eq_const %results#2, dense<[101, 202]> : tensor<2xi64>
    check.expect_eq_const %results#3, dense<[1010, 2020]> : tensor<2xi64>
    func.return
  }
}

// -----

module @all_reduce_by_subtraction_goes_in_the_order_of_the_group {
  func.func @f(%x : tensor<2xi64>) -> tensor<2xi64> {
    %y = "stablehlo.all_reduce"(%x) ({
      ^bb0(%a: tensor<i64>, %b: tensor<i64>):
        %0 = stablehlo.subtract %a, %b : tensor<i64>
        stablehlo.return %0 : tensor<i64>
    }) {replica_groups = dense<[[2, 0, 1]]> : tensor<1x3xi64>} : (tensor<2xi64>) -> tensor<2xi64>
    return %y : tensor<2xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %in1 = stablehlo.constant dense<[10, 20]> : tensor<2xi64>
    %in2 = stablehlo.constant dense<[100, 200]> : tensor<2xi64>
    %results:3 = "interpreter.run_parallel"(%in0, %in1, %in2) {
      programs = [[@f], [@f], [@f]]
    } : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>)
    check.expect_eq_const %results#0, dense<[89, 178]> : tensor<2xi64>
    check.expect_eq_const %results#1, dense<[89, 178]> : tensor<2xi64>
    check.expect_eq_const %results#2, dense<[89, 178]> : tensor<2xi64>
    func.return
  }
}

// -----

module @all_reduce_over_replicas_and_partitions {
  func.func @f(%x : tensor<2xi64>) -> tensor<2xi64> {
    %y = "stablehlo.all_reduce"(%x) ({
      ^bb0(%a: tensor<i64>, %b: tensor<i64>):
        %0 = stablehlo.maximum %a, %b : tensor<i64>
        stablehlo.return %0 : tensor<i64>
    }) {replica_groups = dense<[[0], [1]]> : tensor<2x1xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 0>} : (tensor<2xi64>) -> tensor<2xi64>
    return %y : tensor<2xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %in1 = stablehlo.constant dense<[10, 0]> : tensor<2xi64>
    %in2 = stablehlo.constant dense<[100, 7]> : tensor<2xi64>
    %in3 = stablehlo.constant dense<[5, 2000]> : tensor<2xi64>
    %results:4 = "interpreter.run_parallel"(%in0, %in1, %in2, %in3) {
      programs = [[@f, @f], [@f, @f]]
    } : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>)
    check.expect_eq_const %results#0, dense<[10, 2]> : tensor<2xi64>
    check.expect_eq_const %results#1, dense<[10, 2]> : tensor<2xi64>
    check.expect_eq_const %results#2, dense<[100, 2000]> : tensor<2xi64>
    check.expect_eq_const %results#3, dense<[100, 2000]> : tensor<2xi64>
    func.return
  }
}

// -----

module @all_to_all_between_partitions {
  func.func @f(%x : tensor<2x4xi64>) -> tensor<4x2xi64> {
    %y = "stablehlo.all_to_all"(%x) {split_dimension = 1 : i64, concat_dimension = 0 : i64, split_count = 2 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 0>} : (tensor<2x4xi64>) -> tensor<4x2xi64>
    return %y : tensor<4x2xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi64>
    %in1 = stablehlo.constant dense<[[9, 10, 11, 12], [13, 14, 15, 16]]> : tensor<2x4xi64>
    %results:2 = "interpreter.run_parallel"(%in0, %in1) {
      programs = [[@f, @f]]
    } : (tensor<2x4xi64>, tensor<2x4xi64>) -> (tensor<4x2xi64>, tensor<4x2xi64>)
    check.expect_eq_const %results#0, dense<[[1, 2], [5, 6], [9, 10], [13, 14]]> : tensor<4x2xi64>
    check.expect_eq_const %results#1, dense<[[3, 4], [7, 8], [11, 12], [15, 16]]> : tensor<4x2xi64>
    func.return
  }
}

// -----

module @reduce_scatter_of_two_groups {
  func.func @f(%x : tensor<2xi64>) -> tensor<1xi64> {
    %y = "stablehlo.reduce_scatter"(%x) ({
      ^bb0(%a: tensor<i64>, %b: tensor<i64>):
        %0 = stablehlo.add %a, %b : tensor<i64>
        stablehlo.return %0 : tensor<i64>
    }) {scatter_dimension = 0 : i64, replica_groups = dense<[[1, 0], [2, 3]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 0>, use_global_device_ids} : (tensor<2xi64>) -> tensor<1xi64>
    return %y : tensor<1xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %in1 = stablehlo.constant dense<[10, 20]> : tensor<2xi64>
    %in2 = stablehlo.constant dense<[100, 200]> : tensor<2xi64>
    %in3 = stablehlo.constant dense<[1000, 2000]> : tensor<2xi64>
    %results:4 = "interpreter.run_parallel"(%in0, %in1, %in2, %in3) {
      programs = [[@f, @f], [@f, @f]]
    } : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>)
    check.expect_eq_const %results#0, dense<[22]> : tensor<1xi64>
    check.expect_eq_const %results#1, dense<[11]> : tensor<1xi64>
    check.expect_eq_const %results#2, dense<[1100]> : tensor<1xi64>
    check.expect_eq_const %results#3, dense<[2200]> : tensor<1xi64>
    func.return
  }
}

// -----

module @collective_permute_gives_zeros_where_nothing_comes {
  func.func @f(%x : tensor<2xi64>) -> tensor<2xi64> {
    %y = "stablehlo.collective_permute"(%x) {source_target_pairs = dense<[[0, 1], [1, 2]]> : tensor<2x2xi64>} : (tensor<2xi64>) -> tensor<2xi64>
    return %y : tensor<2xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %in1 = stablehlo.constant dense<[3, 4]> : tensor<2xi64>
    %in2 = stablehlo.constant dense<[5, 6]> : tensor<2xi64>
    %results:3 = "interpreter.run_parallel"(%in0, %in1, %in2) {
      programs = [[@f], [@f], [@f]]
    } : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>)
    check.expect_eq_const %results#0, dense<[0, 0]> : tensor<2xi64>
    check.expect_eq_const %results#1, dense<[1, 2]> : tensor<2xi64>
    check.expect_eq_const %results#2, dense<[3, 4]> : tensor<2xi64>
    func.return
  }
}

// -----

module @collective_permute_between_partitions {
  func.func @f(%x : tensor<2xi64>) -> tensor<2xi64> {
    %y = "stablehlo.collective_permute"(%x) {source_target_pairs = dense<[[0, 1], [1, 0]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 0>} : (tensor<2xi64>) -> tensor<2xi64>
    return %y : tensor<2xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %in1 = stablehlo.constant dense<[3, 4]> : tensor<2xi64>
    %in2 = stablehlo.constant dense<[5, 6]> : tensor<2xi64>
    %in3 = stablehlo.constant dense<[7, 8]> : tensor<2xi64>
    %results:4 = "interpreter.run_parallel"(%in0, %in1, %in2, %in3) {
      programs = [[@f, @f], [@f, @f]]
    } : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>)
    check.expect_eq_const %results#0, dense<[3, 4]> : tensor<2xi64>
    check.expect_eq_const %results#1, dense<[1, 2]> : tensor<2xi64>
    check.expect_eq_const %results#2, dense<[7, 8]> : tensor<2xi64>
    check.expect_eq_const %results#3, dense<[5, 6]> : tensor<2xi64>
    func.return
  }
}

// -----

module @collective_broadcast_from_the_first_of_the_group {
  func.func @f(%x : tensor<2xi64>) -> tensor<2xi64> {
    %y = "stablehlo.collective_broadcast"(%x) {replica_groups = dense<[[2, 1]]> : tensor<1x2xi64>} : (tensor<2xi64>) -> tensor<2xi64>
    return %y : tensor<2xi64>
  }
  func.func @main() {
    %in0 = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
    %in1 = stablehlo.constant dense<[3, 4]> : tensor<2xi64>
    %in2 = stablehlo.constant dense<[5, 6]> : tensor<2xi64>
    %results:3 = "interpreter.run_parallel"(%in0, %in1, %in2) {
      programs = [[@f], [@f], [@f]]
    } : (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>)
    check.expect_eq_const %results#0, dense<[0, 0]> : tensor<2xi64>
    check.expect_eq_const %results#1, dense<[5, 6]> : tensor<2xi64>
    check.expect_eq_const %results#2, dense<[5, 6]> : tensor<2xi64>
    func.return
  }
}

// -----

module @numbers_of_replicas_and_partitions {
  func.func @f() -> tensor<ui32> {
    %r = stablehlo.replica_id : tensor<ui32>
    %p = stablehlo.partition_id : tensor<ui32>
    %c = stablehlo.constant dense<10> : tensor<ui32>
    %m = stablehlo.multiply %r, %c : tensor<ui32>
    %y = stablehlo.add %m, %p : tensor<ui32>
    return %y : tensor<ui32>
  }
  func.func @main() {
    %results:6 = "interpreter.run_parallel"() {
      programs = [[@f, @f, @f], [@f, @f, @f]]
    } : () -> (tensor<ui32>, tensor<ui32>, tensor<ui32>, tensor<ui32>, tensor<ui32>, tensor<ui32>)
    check.expect_eq_const %results#0, dense<0> : tensor<ui32>
    check.expect_eq_const %results#1, dense<1> : tensor<ui32>
    check.expect_eq_const %results#2, dense<2> : tensor<ui32>
    check.expect_eq_const %results#3, dense<10> : tensor<ui32>
    check.expect_eq_const %results#4, dense<11> : tensor<ui32>
    check.expect_eq_const %results#5, dense<12> : tensor<ui32>
    func.return
  }
}

// -----

func.func @one_process_alone_gets_its_own() {
  %x = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
  %y = "stablehlo.all_reduce"(%x) ({
    ^bb0(%a: tensor<i64>, %b: tensor<i64>):
      %0 = stablehlo.add %a, %b : tensor<i64>
      stablehlo.return %0 : tensor<i64>
  }) {replica_groups = dense<[[0]]> : tensor<1x1xi64>} : (tensor<2xi64>) -> tensor<2xi64>
  check.expect_eq_const %y, dense<[1, 2]> : tensor<2xi64>
  %z = "stablehlo.all_gather"(%x) {all_gather_dim = 0 : i64, replica_groups = dense<> : tensor<0x0xi64>} : (tensor<2xi64>) -> tensor<2xi64>
  check.expect_eq_const %z, dense<[1, 2]> : tensor<2xi64>
  func.return
}
