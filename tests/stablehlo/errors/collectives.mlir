// error: stablehlo:3:6: stablehlo.all_gather: the attribute replica_groups = dense<...> is missing
%z = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
%w = "stablehlo.all_gather"(%z) {all_gather_dim = 0 : i64} : (tensor<2xi64>) -> tensor<2xi64>
// -----
// error: stablehlo:3:6: stablehlo.all_gather: a group of 2, but the number of processes is 1
%z = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
%w = "stablehlo.all_gather"(%z) {all_gather_dim = 0 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>} : (tensor<2xi64>) -> tensor<2xi64>
// -----
// error: stablehlo:3:6: stablehlo.all_gather: all_gather_dim is 1, but the operand is i64[2]
%z = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
%w = "stablehlo.all_gather"(%z) {all_gather_dim = 1 : i64, replica_groups = dense<[[0]]> : tensor<1x1xi64>} : (tensor<2xi64>) -> tensor<2xi64>
// -----
// error: stablehlo:3:6: stablehlo.all_gather: process 0 is in two of its groups
%z = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
%w = "stablehlo.all_gather"(%z) {all_gather_dim = 0 : i64, replica_groups = dense<[[0], [0]]> : tensor<2x1xi64>} : (tensor<2xi64>) -> tensor<2xi64>
// -----
// error: stablehlo:3:6: stablehlo.collective_permute: source_target_pairs must have pairs of numbers below 1
%z = stablehlo.constant dense<[1, 2]> : tensor<2xi64>
%w = "stablehlo.collective_permute"(%z) {source_target_pairs = dense<[[0, 1]]> : tensor<1x2xi64>} : (tensor<2xi64>) -> tensor<2xi64>
