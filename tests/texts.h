/* Graphs as text, with every kind of parameter, primitives of all families, and nested graphs. */
#ifndef JACQUARD_TESTS_TEXTS_H
#define JACQUARD_TESTS_TEXTS_H

/* Loops, forwards and backwards. */
static const char text_loops[] =
    "graph f(n: i32[], x: f32[], xs: f32[5]) {\n"
    "  i: i32[], y: f32[] = while[cond=graph (n: i32[], i: i32[], y: f32[]) {\n"
    "    p: bool[] = lt i n\n    return p\n"
    "  }, body=graph (i: i32[], y: f32[]) {\n"
    "    one: i32[] = literal[value=1, dtype=i32, weak=false]\n"
    "    j: i32[] = add i one\n    z: f32[] = mul y y\n    return j, z\n"
    "  }, cond_nconsts=1, body_nconsts=0] n n x\n"
    "  c: f32[], ys: f32[5] = scan[body=graph (c: f32[], x: f32[]) {\n"
    "    d: f32[] = add c x\n    return d, c\n"
    "  }, length=5, num_consts=0, num_carry=1, reverse=true] y xs\n"
    "  return i, c, ys\n}\n";

static const char text_primitives[] =
    "graph f(x: f32[2,3], y: f32[3,4], i: i32[], at: i32[2], t: bool[2,3], n: i32[2,3]) {\n"
    "  a: f32[2,4] = dot_general[lhs_contract=[1], rhs_contract=[0], lhs_batch=[], rhs_batch=[]] x "
    "y\n"
    "  b: f32[3,2] = transpose[permutation=[1,0]] x\n"
    "  c: f32[6] = reshape[new_sizes=[6]] x\n"
    "  d: f32[2] = slice[start_indices=[1], limit_indices=[5], strides=[2]] c\n"
    "  e: f32[] = reduce_sum[axes=[0]] d\n"
    "  g: f32[9] = pad[low=[1], high=[-3], interior=[1]] c e\n"
    "  h: f32[4,3] = concatenate[dimension=0] x x\n"
    "  j: f32[4,3] = rev[dimensions=[0,1]] h\n"
    "  k: f32[1,3] = dynamic_slice[slice_sizes=[1,3]] j i i\n"
    "  l: f32[4,3] = dynamic_update_slice j k i i\n"
    "  m: f32[3] = squeeze[dimensions=[0]] k\n"
    "  o: f32[1,3,1] = expand_dims[dimensions=[0,2]] m\n"
    "  p: f32[2,3] = gather[offset_dims=[1], collapsed_slice_dims=[0], start_index_map=[0], "
    "index_vector_dim=1, slice_sizes=[1,3]] l at\n"
    "  q: f32[4,3] = scatter_add[update_window_dims=[1], inserted_window_dims=[0], "
    "scatter_dims_to_operand_dims=[0], index_vector_dim=1] l at p\n"
    "  r: i32[4] = argmax[axes=[1], index_dtype=i32] q\n"
    "  s: f32[4,3] = cumsum[axis=0, reverse=true] q\n"
    "  u: f32[2,3] = iota[dtype=f32, shape=[2,3], dimension=1]\n"
    "  v: f32[2,3] = select_n t x u\n"
    "  w: f32[2,3] = clamp u v x\n"
    "  z: f64[2,3] = convert_element_type[new_dtype=f64, weak=false] w\n"
    "  aa: u32[2,3] = bitcast_convert_type[new_dtype=u32] w\n"
    "  bb: f64[2,3] = integer_pow[y=-3] z\n"
    "  cc: f64[2,3] = round[rounding_method=1] bb\n"
    "  dd: u32[2,3], ee: u32[2,3] = threefry2x32 aa aa aa aa\n"
    "  ff: i32[2,3] = shift_left n n\n"
    "  gg: f32[2,2,3] = broadcast_in_dim[shape=[2,2,3], broadcast_dimensions=[0,2]] w\n"
    "  hh: bool[3] = reduce_and[axes=[0]] t\n"
    "  return a, b, g, o, r, s, cc, dd, ff, gg, hh\n}\n";

static const char *const text_kinds[] = {
    /* inputs that are outputs, unused, or used twice */
    "graph f(x: f32[3], unused: i64[0,2], t: bool[]) {\n  return x, t, x\n}\n",
    "graph f() {\n  return\n}\n",
    /* every dtype, weak types, comments, odd spacing, decimal numbers */
    "# before\ngraph f(a:bool[],b :i32[2] , c: i64[],d: u8[1,1],e: u32[], f: u64[], g: f32[],\n"
    "        h: f64[], i: ~f32[], j: ~i32[4]) {  # behind\n\n"
    "  k: ~f32[] = literal[value=1.5, dtype=f32, weak=true]\n"
    "  l: ~f32[] = add i k # loss.c:12\n"
    "  m: u64[] = literal[value=0xffffffffffffffff, dtype=u64, weak=false]\n"
    "  n: u64[] = add f m\n"
    "  return l,n,j\n}\n# after",
    /* empty and other lists */
    "graph f(x: f32[]) {\n"
    "  y: f32[2,3] = broadcast_in_dim[shape=[2, 3], broadcast_dimensions=[]] x\n"
    "  z: f32[3,2] = transpose[permutation=[1,0]] y\n"
    "  return z\n}\n",
    /* parameters in a different order from the primitive's */
    "graph f() {\n  y: i32[] = literal[weak=false, dtype=i32, value=-7]\n  return y\n}\n",
    /* one or several nested graphs, also without results */
    "graph f(i: i32[], x: f32[]) {\n"
    "  a: f32[] = cond[branches=[graph one(x: f32[]) {\n    return x\n  }, graph (x: f32[]) {\n"
    "    y: f32[] = call[graph=graph (x: f32[]) {\n      y: f32[] = add x x\n      return y\n    "
    "}] x\n"
    "    return y\n  }]] i x\n"
    "  = call[graph=graph (x: f32[]) {\n    return\n  }] x\n"
    "  return a\n}\n",
    /* names, and three graphs in one equation */
    "graph f(x: f32[3]) {\n"
    "  a: f32[3] = nondiff[of=f_2] x\n"
    "  b: f32[3] = custom_vjp_call[graph=graph (x: f32[3]) {\n    y: f32[3] = sin x\n    return y\n"
    "  }, fwd=graph (x: f32[3]) {\n    y: f32[3] = sin x\n    return y, x\n"
    "  }, bwd=graph (r: f32[3], ct: f32[3]) {\n    y: f32[3] = mul r ct\n    return y\n  }] a\n"
    "  c: f32[3] = checkpoint[graph=graph (x: f32[3]) {\n    y: f32[3] = exp x\n    return y\n"
    "  }, policy=1] b\n"
    "  return c\n}\n",
    "graph f(x: f32[3]) {\n"
    "  s: f32[3] = psum[axis_name=the_lanes] x\n"
    "  i: i32[] = axis_index[axis_name=i2]\n"
    "  return s, i\n}\n",
    text_loops,
    text_primitives,
};

enum { TEXT_KINDS = sizeof text_kinds / sizeof *text_kinds };

#endif
