// error: stablehlo:2:36: , is expected here, but not ]
%0 = stablehlo.constant dense<[1, 2]> : tensor<3xi32>
// -----
// error: stablehlo:2:36: ] is expected here, but not ,
%0 = stablehlo.constant dense<[1, 2, 3]> : tensor<2xi32>
// -----
// error: stablehlo:2:35: 2.5 is not an element of type i32
%0 = stablehlo.constant dense<[1, 2.5]> : tensor<2xi32>
// -----
// error: stablehlo:2:32: [ is not an element of type i32
%0 = stablehlo.constant dense<[[1, 2]]> : tensor<2xi32>
// -----
// error: stablehlo:2:32: [ is expected here, but not 1
%0 = stablehlo.constant dense<[1, 2]> : tensor<2x1xi32>
// -----
// error: stablehlo:2:38: 3 does not belong to the elements of i32[2]
%0 = stablehlo.constant dense<[1, 2] 3> : tensor<2xi32>
// -----
// error: stablehlo:2:33: 2 does not belong to the elements of i32[2]
%0 = stablehlo.constant dense<1 2> : tensor<2xi32>
// -----
// error: stablehlo:2:31: 300 is not an element of type u8
%0 = stablehlo.constant dense<300> : tensor<ui8>
// -----
// error: stablehlo:2:31: -1 is not an element of type u8
%0 = stablehlo.constant dense<-1> : tensor<ui8>
// -----
// error: stablehlo:2:31: 128 is not an element of type i8
%0 = stablehlo.constant dense<128> : tensor<i8>
// -----
// error: stablehlo:2:31: -129 is not an element of type i8
%0 = stablehlo.constant dense<-129> : tensor<i8>
// -----
// error: stablehlo:2:31: 0x100 is not an element of type i8
%0 = stablehlo.constant dense<0x100> : tensor<i8>
// -----
// error: stablehlo:2:31: 99999999999999999999 is not an element of type i64
%0 = stablehlo.constant dense<99999999999999999999> : tensor<i64>
// -----
// error: stablehlo:2:31: 9223372036854775808 is not an element of type i64
%0 = stablehlo.constant dense<9223372036854775808> : tensor<i64>
// -----
// error: stablehlo:2:31: 18446744073709551616 is not an element of type u64
%0 = stablehlo.constant dense<18446744073709551616> : tensor<ui64>
// -----
// error: stablehlo:2:31: 0x is not an element of type i64
%0 = stablehlo.constant dense<0x> : tensor<i64>
// -----
// error: stablehlo:2:31: 2 is not an element of type bool
%0 = stablehlo.constant dense<2> : tensor<i1>
// -----
// error: stablehlo:2:31: true is not an element of type i32
%0 = stablehlo.constant dense<true> : tensor<i32>
// -----
// error: stablehlo:2:31: maybe is not an element of type bool
%0 = stablehlo.constant dense<maybe> : tensor<i1>
// -----
// error: stablehlo:2:31: nan is not an element of type f32
%0 = stablehlo.constant dense<nan> : tensor<f32>
// -----
// error: stablehlo:2:31: 0x1FFFFFFFF is not an element of type f32
%0 = stablehlo.constant dense<0x1FFFFFFFF> : tensor<f32>
// -----
// error: stablehlo:2:31: 0x10000 is not an element of type bf16
%0 = stablehlo.constant dense<0x10000> : tensor<bf16>
// -----
// error: stablehlo:2:31: 0xFFFFFFFFFFFFFFFFF is not an element of type f64
%0 = stablehlo.constant dense<0xFFFFFFFFFFFFFFFFF> : tensor<f64>
// -----
// error: stablehlo:2:34: e does not belong to the elements of f32[]
%0 = stablehlo.constant dense<1.0e> : tensor<f32>
// -----
// error: stablehlo:2:31: the 4 bytes of f32[] are expected here as "0x..."
%0 = stablehlo.constant dense<"0x00"> : tensor<f32>
// -----
// error: stablehlo:2:31: the 12 bytes of f32[3] are expected here as "0x..."
%0 = stablehlo.constant dense<"0x0000000000000000"> : tensor<3xf32>
// -----
// error: stablehlo:2:31: the 4 bytes of f32[] are expected here as "0x..."
%0 = stablehlo.constant dense<"0000803F00"> : tensor<f32>
// -----
// error: stablehlo:2:31: the 4 bytes of f32[] are expected here as "0x..."
%0 = stablehlo.constant dense<"0y0000803F"> : tensor<f32>
// -----
// error: stablehlo:2:31: 0G are not two hexadecimal digits
%0 = stablehlo.constant dense<"0x0G00803F"> : tensor<f32>
// -----
// error: stablehlo:2:31: G0 are not two hexadecimal digits
%0 = stablehlo.constant dense<"0xG000803F"> : tensor<f32>
// -----
// error: stablehlo:2:31: the 8 bytes of f32[2] are expected here as "0x..."
%0 = stablehlo.constant dense<"0"> : tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.constant: f32[2] has more elements than are written
%0 = stablehlo.constant dense<> : tensor<2xf32>
// -----
// error: stablehlo:2:32: ] is not an element of type f32
%0 = stablehlo.constant dense<[]> : tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.constant: f32[1000000] has more elements than are written
%0 = stablehlo.constant dense<[1.0]> : tensor<1000000xf32>
// -----
// error: stablehlo:2:6: stablehlo.constant: f32[2] has more elements than are written
%0 = stablehlo.constant dense : tensor<2xf32>
// -----
// error: stablehlo:2:6: stablehlo.constant is not supported: only dense<...> is
%0 = "stablehlo.constant"() <{value = 7 : i32}> : () -> tensor<i32>
// -----
// error: stablehlo:2:6: stablehlo.constant is not supported: only dense<...> is
%0 = "stablehlo.constant"() : () -> tensor<i32>
// -----
// error: stablehlo:2:6: stablehlo.constant: its elements are said to be tensor<i32> and tensor<i64>
%0 = "stablehlo.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i64>
// -----
// error: stablehlo:2:6: stablehlo.constant: its elements are said to be tensor<i3> and tensor<i32>
%0 = "stablehlo.constant"() <{value = dense<7> : tensor<i3>}> : () -> tensor<i32>
// -----
// error: stablehlo:2:6: stablehlo.constant: the element type complex<i7> is not supported, in tensor<complex<i7>>
%0 = stablehlo.constant dense<(1.0, 2.0)> : tensor<complex<i7>>
// -----
// error: stablehlo:2:6: stablehlo.constant is not supported: only dense<...> is
%0 = stablehlo.constant dense_resource<__elided__> : tensor<2xf32>
