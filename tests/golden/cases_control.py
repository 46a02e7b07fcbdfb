"""Cases of the control primitives. Their graphs stay small: what is tested is how values, tangents
and batches find their way through, with and without constants, dependencies and nesting."""
from graphs import graph, spec
from ops import array, case, draw, rel, seed

TOL = rel(1e-13)
F, I, B = spec("f64"), spec("i32"), spec("bool")
V = spec("f64", 3)


def dot(g, x, y):
    return g.dot_general(x, y, lhs_contract=(0,), rhs_contract=(0,), lhs_batch=(), rhs_batch=())


def control(prim, name, build, *inputs, **options):
    case(prim, name, build, *inputs, **{"tol": TOL, "batch": 3, **options})


# ---- call ---------------------------------------------------------------------------------------


def calls():
    square = graph([V], lambda g, x: g.mul(x, x))
    both = graph([V, V], lambda g, x, y: (g.sin(x), g.mul(x, y), y))
    outer = graph([V, V], lambda g, x, y: (g.add(*g.call(x, y, graph=both)[:2]),
                                           g.call(y, graph=square)))
    counted = graph([I, V], lambda g, n, x: (g.add(n, n), g.mul(x, g.full(
        x, 3))))
    control("call", "one_output", lambda g, x: g.call(x, graph=square), draw("f64", 3))
    control("call", "outputs", lambda g, x, y: g.call(x, y, graph=both), draw("f64", 3),
            draw("f64", 3))
    control("call", "nested", lambda g, x, y: g.call(x, y, graph=outer), draw("f64", 3),
            draw("f64", 3))
    control("call", "integers_beside", lambda g, n, x: g.call(n, x, graph=counted), array("i32", 5),
            draw("f64", 3))
    control("call", "twice", lambda g, x: g.call(g.call(x, graph=square), graph=square),
            draw("f64", 3))
    control("call", "input_is_output", lambda g, x: g.call(x, graph=graph([V], lambda h, a: a)),
            draw("f64", 3))
    control("call", "output_unused", lambda g, x, y: g.call(x, y, graph=both)[1], draw("f64", 3),
            draw("f64", 3))
    control("call", "constant_output", lambda g, x: g.call(x, graph=graph(
        [V], lambda h, a: (h.lit("f64", 2), a))), draw("f64", 3))
    control("call", "f32", lambda g, x: g.call(x, graph=graph(
        [spec("f32", 2)], lambda h, a: h.mul(a, a))), draw("f32", 2), tol="exact")


def custom_jvps():
    """Rules that are not the derivative, so that it shows which was taken."""
    f = graph([V], lambda g, x: g.mul(x, x))
    rule = graph([V, V], lambda g, x, t: (g.mul(x, x), g.mul(t, g.full(t, 10))))
    relu = graph([V], lambda g, x: g.max(x, g.full(x, 0)))
    relu_rule = graph([V, V], lambda g, x, t: (
        g.max(x, g.full(x, 0)), g.select_n(g.gt(x, g.full(x, 0)), g.full(x, 0), t)))
    two = graph([V, I, V], lambda g, x, n, y: (g.mul(x, y), g.add(n, n), g.sin(x)))
    two_rule = graph([V, I, V, V, V], lambda g, x, n, y, tx, ty: (
        g.mul(x, y), g.add(n, n), g.sin(x), g.add(g.mul(tx, y), g.mul(x, ty)),
        g.mul(g.full(tx, 3), tx)))
    one = lambda which, its: lambda g, x: g.custom_jvp_call(x, graph=which, jvp=its)
    control("custom_jvp_call", "rule_is_taken", one(f, rule), draw("f64", 3), differences=False)
    control("custom_jvp_call", "relu", one(relu, relu_rule), array("f64", [-1, 0, 2]),
            differences=False)
    control("custom_jvp_call", "integers_beside", lambda g, x, n, y: g.custom_jvp_call(
        x, n, y, graph=two, jvp=two_rule), draw("f64", 3), array("i32", 4), draw("f64", 3),
            differences=False)
    control("custom_jvp_call", "twice", lambda g, x: one(f, rule)(g, one(f, rule)(g, x)),
            draw("f64", 3), differences=False)
    control("custom_jvp_call", "in_a_call", lambda g, x: g.call(x, graph=graph(
        [V], lambda h, a: h.add(a, one(f, rule)(h, a)))), draw("f64", 3), differences=False)
    unread = graph([V, V], lambda g, x, y: g.mul(x, x))
    unread_rule = graph([V, V, V, V], lambda g, x, y, tx, ty: (
        g.mul(x, x), g.mul(g.add(x, x), tx)))
    control("custom_jvp_call", "operand_unread", lambda g, x, y: g.custom_jvp_call(
        x, y, graph=unread, jvp=unread_rule), draw("f64", 3), draw("f64", 3))


# ---- custom_vjp_call, nondiff -------------------------------------------------------------------


def custom_vjps():
    """There is no forward derivative to compare: programs_custom.py compares the reverse one."""
    f = graph([V, V], lambda g, x, y: g.mul(x, y))
    fwd = graph([V, V], lambda g, x, y: (g.mul(x, y), x, y))
    bwd = graph([V, V, V], lambda g, x, y, ct: (g.mul(ct, y), g.mul(ct, g.full(x, 10))))
    rule = {"graph": f, "fwd": fwd, "bwd": bwd}
    one = lambda g, x, y: g.custom_vjp_call(x, y, **rule)
    control("custom_vjp_call", "one_output", one, draw("f64", 3), draw("f64", 3), derivative=None)
    control("custom_vjp_call", "twice", lambda g, x, y: one(g, one(g, x, y), y), draw("f64", 3),
            draw("f64", 3), derivative=None)
    control("custom_vjp_call", "in_a_call", lambda g, x, y: g.call(x, y, graph=graph(
        [V, V], lambda h, a, b: h.add(a, one(h, a, b)))), draw("f64", 3), draw("f64", 3),
            derivative=None)
    two = graph([V, I], lambda g, x, n: (g.sin(x), g.add(n, n)))
    two_fwd = graph([V, I], lambda g, x, n: (g.sin(x), g.add(n, n), x))
    two_bwd = graph([V, V], lambda g, x, ct: g.mul(ct, x))
    control("custom_vjp_call", "integers_beside", lambda g, x, n: g.custom_vjp_call(
        x, n, graph=two, fwd=two_fwd, bwd=two_bwd), draw("f64", 3), array("i32", 4),
            derivative=None)
    no_res = graph([V], lambda g, x: g.exp(x))
    control("custom_vjp_call", "no_residuals", lambda g, x: g.custom_vjp_call(
        x, graph=no_res, fwd=no_res, bwd=graph([V], lambda g, ct: ct)), draw("f64", 3),
            derivative=None)
    control("nondiff", "vector", lambda g, x: g.nondiff(x, of="f"), draw("f64", 3), derivative=None)
    control("nondiff", "scalar", lambda g, x: g.mul(x, g.nondiff(x, of="f")), draw("f32"),
            derivative=None, tol="exact")
    control("nondiff", "integers", lambda g, x: g.nondiff(x, of="f"), array("i32", [1, 2, 3]),
            tol="exact")
    control("nondiff", "empty", lambda g, x: g.nondiff(x, of="f"), draw("f64", 0, 2),
            derivative=None)


# ---- checkpoint ---------------------------------------------------------------------------------


def checkpoints():
    matrix = spec("f64", 3, 3)
    product = lambda g, w, x: g.dot_general(w, x, lhs_contract=(1,), rhs_contract=(0,),
                                            lhs_batch=(), rhs_batch=())
    sin_exp = graph([V], lambda g, x: g.sin(g.exp(x)))
    layer = graph([matrix, V], lambda g, w, x: g.mul(g.tanh(product(g, w, g.sin(x))), x))
    both = graph([V, I, V], lambda g, x, n, y: (g.mul(g.sin(x), y), g.add(n, n), x))
    inner = lambda p: graph([V], lambda g, x: g.mul(x, g.checkpoint(
        g.sin(x), graph=sin_exp, policy=p)))
    called = graph([matrix, V], lambda g, w, x: g.exp(g.call(w, g.call(w, x, graph=layer),
                                                             graph=layer)))
    for p, name in enumerate(["nothing", "dots", "everything"]):
        around = lambda which, p=p: lambda g, *x: g.checkpoint(
            *x, graph=which, policy=p)
        control("checkpoint", f"elementwise_{name}", around(sin_exp), draw("f64", 3))
        control("checkpoint", f"layer_{name}", around(layer), draw("f64", 3, 3), draw("f64", 3))
        control("checkpoint", f"calls_inside_{name}", around(called),
                draw("f64", 3, 3, lo=-0.5, hi=0.5), draw("f64", 3))
        control("checkpoint", f"integers_beside_{name}", around(both), draw("f64", 3),
                array("i32", 5), draw("f64", 3))
        control("checkpoint", f"nested_{name}", around(inner(p)), draw("f64", 3))
        control("checkpoint", f"twice_{name}", lambda g, x, f=around(sin_exp): f(g, f(g, x)),
                draw("f64", 3))
        control("checkpoint", f"in_scan_{name}", lambda g, w, x, s, p=p: g.scan(
            w, x, s, body=graph([matrix, V, V], lambda h, w, x, s: h.checkpoint(
                w, h.add(x, s), graph=layer, policy=p)), length=3, num_consts=1,
            num_carry=1, reverse=False), draw("f64", 3, 3, lo=-0.5, hi=0.5), draw("f64", 3),
                draw("f64", 3, 3))
    control("recompute", "elementwise", lambda g, x: g.recompute(
        x, graph=sin_exp, policy=0), draw("f64", 3))
    control("checkpoint", "constant_output", lambda g, x: g.checkpoint(x, graph=graph(
        [V], lambda h, a: (h.lit("f64", 2), a)), policy=0), draw("f64", 3))
    control("checkpoint", "f32", lambda g, x: g.checkpoint(x, graph=graph(
        [spec("f32", 2)], lambda h, a: h.mul(a, h.mul(a, a))), policy=0),
            draw("f32", 2), tol="exact")


# ---- while --------------------------------------------------------------------------------------


def loop(g, cond, body, *values, cond_nconsts=0, body_nconsts=0):
    return g.__getattr__("while")(*values, cond=cond, body=body, cond_nconsts=cond_nconsts,
                                  body_nconsts=body_nconsts)


def whiles():
    forward = {"reverse": False}
    below = graph([I, I, F], lambda g, n, i, x: g.lt(i, n))
    step = graph([I, F], lambda g, i, x: (g.add(i, g.lit("i32", 1)), g.sin(
        g.mul(x, g.lit("f64", 2)))))
    counted = lambda g, n, i, x: loop(g, below, step, n, i, x, cond_nconsts=1)
    for n in (0, 1, 4):
        control("while", f"steps_{n}", counted, array("i32", n), array("i32", 0),
                array("f64", 0.7), **forward,
                vmaps=[((0, 0, 0), (0, 0)), ((0, -1, -1), (0, 0)), ((-1, -1, 0), (0, 0)),
                       ((-1, 0, -1), (0, 0))])
    scaled = graph([V, I, V], lambda g, a, i, x: (g.add(i, g.lit("i32", 1)), g.mul(a, x)))
    below_v = graph([I, I, V], lambda g, n, i, x: g.lt(i, n))
    control("while", "body_constant", lambda g, n, a, i, x: loop(
        g, below_v, scaled, n, a, i, x, cond_nconsts=1, body_nconsts=1), array("i32", 3),
            draw("f64", 3), array("i32", 0), draw("f64", 3), **forward,
            vmaps=[((-1, 1, -1, -1), (0, 1)), ((0, -1, -1, 0), (0, 1)), ((-1, -1, -1, 0), (0, 0)),
                   ((0, 0, 0, 1), (0, 0))])
    # Which lanes go on is decided by the batched floats themselves.
    large = graph([F], lambda g, x: g.gt(x, g.lit("f64", 1)))
    halve = graph([F], lambda g, x: g.mul(x, g.lit("f64", 0.5)))
    control("while", "until_small", lambda g, x: loop(g, large, halve, x), array("f64", 11.0),
            **forward)
    # A tangent that reaches one carry only through another, after a step.
    chain_cond = graph([I, F, F, F], lambda g, i, a, b, c: g.lt(i, g.lit("i32", 4)))
    chain = graph([I, F, F, F], lambda g, i, a, b, c: (
        g.add(i, g.lit("i32", 1)), a, g.add(b, a), g.mul(g.add(c, b), g.lit("f64", 0.5))))
    control("while", "chain", lambda g, x: loop(g, chain_cond, chain, g.lit("i32", 0), x,
                                                g.lit("f64", 1), g.lit("f64", 2)),
            array("f64", 1.25), **forward)
    swap = graph([I, F, F], lambda g, i, a, b: (g.add(i, g.lit("i32", 1)), b, a))
    swap_cond = graph([I, F, F], lambda g, i, a, b: g.lt(i, g.lit("i32", 3)))
    control("while", "swap", lambda g, x, y: loop(g, swap_cond, swap, g.lit("i32", 0), x, y),
            array("f64", 1.25), array("f64", -2), **forward)
    inner = graph([I, F, I, F], lambda g, n, c, j, y: (g.add(j, g.lit("i32", 1)), g.add(
        g.mul(y, c), g.lit("f64", 0.25))))
    inner_cond = graph([I, I, F], lambda g, n, j, y: g.lt(j, n))
    outer = graph([F, I, F], lambda g, c, i, x: (g.add(i, g.lit("i32", 1)), loop(
        g, inner_cond, inner, i, i, c, g.lit("i32", 0), x, cond_nconsts=1, body_nconsts=2)[1]))
    outer_cond = graph([I, F], lambda g, i, x: g.lt(i, g.lit("i32", 4)))
    control("while", "nested", lambda g, c, x: loop(g, outer_cond, outer, c, g.lit("i32", 0), x,
                                                    body_nconsts=1), array("f64", 0.75),
            array("f64", 2), **forward)
    control("while", "nothing_differentiable", lambda g, n, i: loop(
        g, graph([I, I], lambda h, m, j: h.lt(j, m)), graph([I], lambda h, j: h.add(
            h.add(j, j), h.lit("i32", 1))), n, i, cond_nconsts=1),
            array("i32", 50), array("i32", 1))
    control("while", "constant_condition", lambda g, x: loop(
        g, graph([V], lambda h, a: h.lit("bool", False)), graph([V], lambda h, a: h.mul(a, a)), x),
            draw("f64", 3), **forward)


# ---- cond ---------------------------------------------------------------------------------------


def conds():
    sin = graph([V, V], lambda g, x, y: g.sin(x))
    mul = graph([V, V], lambda g, x, y: g.mul(x, y))
    zero = graph([V, V], lambda g, x, y: g.full(x, 0.5))
    same = graph([V, V], lambda g, x, y: y)
    pick = lambda *b: lambda g, i, x, y: g.cond(i, x, y, branches=b)
    x, y = draw("f64", 3), draw("f64", 3)
    axes = [((0, -1, -1), (0,)), ((-1, 0, -1), (1,)), ((0, 1, 0), (0,)), ((-1, -1, 1), (0,))]
    for i in (-2, 0, 1, 2, 7):
        control("cond", f"index_{i}".replace("-", "minus"), pick(sin, mul, zero, same),
                array("i32", i), x, y, vmaps=axes)
    control("cond", "of_bool", lambda g, p, x, y: g.cond(
        g.convert_element_type(p, new_dtype="i32", weak=False), x, y, branches=(sin, mul)),
            array("bool", True), x, y, vmaps=axes)
    control("cond", "single", pick(mul), array("i32", 3), x, y, vmaps=axes)
    outs = lambda first, second: graph([V, V], lambda g, x, y: (first(g, x, y), second(g, x, y)))
    a = outs(lambda g, x, y: g.mul(x, y), lambda g, x, y: g.lit("i32", 1))
    b = outs(lambda g, x, y: g.div(g.sin(x), g.exp(y)), lambda g, x, y: g.lit("i32", 2))
    for i in (0, 1):
        control("cond", f"outputs_{i}", lambda g, i, x, y: g.cond(i, x, y, branches=(a, b)),
                array("i32", i), x, y, vmaps=[(f, o * 2) for f, o in axes if o == (0,)])
        # The index depends on what is differentiated.
        control("cond", f"index_of_data_{i}", lambda g, x, y: g.cond(g.convert_element_type(g.gt(
            dot(g, x, x), g.lit("f64", 3 * i)), new_dtype="i32", weak=False), x, y,
                                                                     branches=(sin, mul)),
                array("f64", [0.5, 1, -0.5]), y)
    nested = graph([V, V], lambda g, x, y: g.cond(g.lit("i32", 1), g.mul(x, x), y,
                                                  branches=(sin, mul)))
    control("cond", "nested", pick(sin, nested), array("i32", 1), x, y, vmaps=axes)
    only_x = graph([V, V], lambda g, x, y: g.add(x, x))
    control("cond", "cotangent_of_some", pick(only_x, same), array("i32", 0), x, y, vmaps=axes)
    control("cond", "no_operands", lambda g, i: g.cond(i, branches=(
        graph([], lambda h: h.lit("f64", 1)), graph([], lambda h: h.lit("f64", 2)))),
            array("i32", 1))


# ---- scan ---------------------------------------------------------------------------------------


def scans():
    add = graph([F, F], lambda g, c, x: (lambda s: (s, s))(g.add(c, x)))
    affine = graph([F, F, F], lambda g, a, c, x: (g.add(g.mul(a, c), x), g.sin(c)))
    for reverse in (False, True):
        tag = "_reverse" if reverse else ""
        for n in (0, 1, 4):
            control("scan", f"sum_{n}{tag}", lambda g, c, x, n=n: g.scan(
                c, x, body=add, length=n, num_consts=0, num_carry=1, reverse=reverse),
                    array("f64", 0.5), draw("f64", n))
            control("scan", f"affine_{n}{tag}", lambda g, a, c, x, n=n: g.scan(
                a, c, x, body=affine, length=n, num_consts=1, num_carry=1, reverse=reverse),
                    array("f64", 0.75), array("f64", 0.5), draw("f64", n))
    power = graph([V, V], lambda g, a, c: g.mul(a, g.sin(c)))
    control("scan", "no_sequence", lambda g, a, c: g.scan(
        a, c, body=power, length=3, num_consts=1, num_carry=1, reverse=False), draw("f64", 3),
            draw("f64", 3))
    each = graph([F, V], lambda g, a, x: (g.mul(x, g.broadcast_in_dim(
        a, shape=(3,), broadcast_dimensions=())), dot(g, x, x)))
    control("scan", "no_carry", lambda g, a, x: g.scan(
        a, x, body=each, length=2, num_consts=1, num_carry=0, reverse=False), array("f64", 1.5),
            draw("f64", 2, 3))
    matrix = spec("f64", 3, 3)
    rnn = graph([matrix, V, V], lambda g, w, h, x: (lambda s: (s, g.mul(s, s)))(g.tanh(g.add(
        g.dot_general(w, h, lhs_contract=(1,), rhs_contract=(0,), lhs_batch=(), rhs_batch=()), x))))
    for reverse in (False, True):
        control("scan", f"recurrent{'_reverse' if reverse else ''}", lambda g, w, h, x: g.scan(
            w, h, x, body=rnn, length=4, num_consts=1, num_carry=1, reverse=reverse),
                draw("f64", 3, 3, lo=-0.5, hi=0.5), draw("f64", 3), draw("f64", 4, 3))
    counted = graph([I, F, F], lambda g, i, c, x: (
        g.add(i, g.lit("i32", 1)), g.add(c, g.mul(x, g.convert_element_type(
            i, new_dtype="f64", weak=False))), i))
    control("scan", "integer_carry", lambda g, c, x: g.scan(
        g.lit("i32", 1), c, x, body=counted, length=4, num_consts=0, num_carry=2, reverse=False),
            array("f64", 0.5), draw("f64", 4))
    # The second carry gets a tangent from the first, the third from the second.
    chain = graph([F, F, F, F], lambda g, a, b, c, x: (g.add(a, x), g.add(b, g.mul(a, a)),
                                                       g.mul(b, c), g.add(b, c)))
    control("scan", "chain", lambda g, a, x: g.scan(
        a, g.lit("f64", 0.5), g.lit("f64", 1.5), x, body=chain, length=3, num_consts=0, num_carry=3,
        reverse=False), array("f64", 0.25), draw("f64", 3))
    row = graph([F, F, F], lambda g, a, c, x: (g.mul(g.add(c, x), a), c))
    inner = graph([F, F, V], lambda g, a, c, xs: g.scan(
        a, c, xs, body=row, length=3, num_consts=1, num_carry=1, reverse=True))
    control("scan", "nested", lambda g, a, c, x: g.scan(
        a, c, x, body=inner, length=2, num_consts=1, num_carry=1, reverse=False),
            array("f64", 0.75), array("f64", 0.5), draw("f64", 2, 3))
    branch = graph([I, F, F], lambda g, k, c, x: (lambda s: (s, s))(g.cond(k, c, x, branches=(
        graph([F, F], lambda h, a, b: h.mul(a, b)), graph([F, F], lambda h, a, b: h.sin(b))))))
    control("scan", "cond_inside", lambda g, k, c, x: g.scan(
        c, k, x, body=graph([F, I, F], lambda h, c, k, x: h.call(k, c, x, graph=branch)), length=4,
        num_consts=0, num_carry=1, reverse=False), array("i32", [0, 1, 0, 0]), array("f64", 0.5),
            draw("f64", 4))
    several = graph([F, V, F], lambda g, c, x, y: (
        g.add(g.mul(c, y), dot(g, x, x)), g.mul(x, x), y))
    control("scan", "sequences", lambda g, c, x, y: g.scan(
        c, x, y, body=several, length=3, num_consts=0, num_carry=1, reverse=False),
            array("f64", 0.5), draw("f64", 3, 3), draw("f64", 3))
    control("scan", "integers", lambda g, c, x: g.scan(
        c, x, body=graph([I, I], lambda h, a, b: (h.add(a, b), h.mul(a, b))), length=4,
        num_consts=0, num_carry=1, reverse=True), array("i32", 3), array("i32", [1, 2, 3, 4]),
            tol="exact")


# ---- implicit -----------------------------------------------------------------------------------


def times(g, m, x, transposed=False):
    return g.dot_general(m, x, lhs_contract=(0 if transposed else 1,), rhs_contract=(0,),
                         lhs_batch=(), rhs_batch=())


def inverse_2x2(transposed):
    """(m, b) -> x with m x = b, or m' x = b, by Cramer's rule."""
    def build(g, m, b):
        row = lambda k: g.squeeze(g.slice(m, start_indices=(k, 0), limit_indices=(k + 1, 2),
                                          strides=(1, 1)), dimensions=(0,))
        entry = lambda v, k: g.squeeze(g.slice(v, start_indices=(k,), limit_indices=(k + 1,),
                                               strides=(1,)), dimensions=(0,))
        m00, m01, m10, m11 = (entry(row(j), k) for j in (0, 1) for k in (0, 1))
        if transposed:
            m01, m10 = m10, m01
        b0, b1 = entry(b, 0), entry(b, 1)
        det = g.sub(g.mul(m00, m11), g.mul(m01, m10))
        x = [g.sub(g.mul(m11, b0), g.mul(m01, b1)), g.sub(g.mul(m00, b1), g.mul(m10, b0))]
        return g.concatenate(*[g.expand_dims(g.div(v, det), dimensions=(0,)) for v in x],
                             dimension=0)
    return build


def linear_solves():
    m, w = spec("f64", 2, 2), spec("f64", 2)
    quotient, product = graph([F, F], lambda g, a, b: g.div(b, a)), graph([F, F], lambda g, a, x:
                                                                         g.mul(a, x))
    scalar = lambda g, a, b: g.custom_linear_solve(
        a, b, solve=quotient, matvec=product, transpose_solve=[quotient], num_consts=1)
    a, b, k = array("f64", 1.75), array("f64", -0.5), array("f64", [[2, 0.5], [-1, 1.5]])
    system = dict(solve=graph([m, w], inverse_2x2(False)), matvec=graph([m, w], times),
                  transpose_solve=[graph([m, w], inverse_2x2(True))], num_consts=1)
    prim = "custom_linear_solve"
    control(prim, "scalar", scalar, a, b)
    control(prim, "system", lambda g, m, b: g.custom_linear_solve(m, b, **system), k,
            draw("f64", 2))
    control(prim, "constant_matrix", lambda g, b: g.custom_linear_solve(
        g.lit("f64", 3), b, solve=quotient, matvec=product, transpose_solve=[quotient],
        num_consts=1), b)
    control(prim, "no_transpose_solve", lambda g, m, b: g.custom_linear_solve(
        m, b, **{**system, "transpose_solve": []}), k, draw("f64", 2), reverse=False)
    # Two values, an integer among the constants, a constant that only the solver reads.
    c = [I, F, F]
    whole = lambda g, n: g.convert_element_type(n, new_dtype="f64", weak=False)
    diagonal = graph([*c, F, F], lambda g, n, a, p, x, y: (
        g.div(g.div(g.mul(x, p), p), a), g.div(y, whole(g, n))))
    two = graph([*c, F, F], lambda g, n, a, p, x, y: (g.mul(a, x), g.mul(y, whole(g, n))))
    control(prim, "two_values", lambda g, n, a, p, x, y: g.custom_linear_solve(
        n, a, p, x, y, solve=diagonal, matvec=two, transpose_solve=[diagonal], num_consts=3),
            array("i32", 3), a, array("f64", 0.75), b, array("f64", 1.25),
            vmaps=[(axes, (0, 0)) for axes in ((-1, 0, -1, -1, -1), (-1, -1, -1, -1, 0), (0,) * 5,
                                               (-1, -1, 0, -1, -1))])
    control(prim, "twice", lambda g, a, b: scalar(g, a, scalar(g, b, a)), a, b)


def roots():
    prim = "custom_root"
    # sqrt(a), by Newton's method from the guess.
    step = lambda g, a, x: g.mul(g.add(x, g.div(a, x)), g.lit("f64", 0.5))

    def newton(g, a, x):
        away = lambda h, a, x: h.gt(h.abs(h.sub(h.mul(x, x), a)), h.lit("f64", 1e-13))
        # The count is a float: of an integer beside the root, JAX cannot form the derivative.
        return g.while_(a, a, x, g.lit("f64", 0), cond=graph([F, F, F], lambda h, a, x, k: away(
            h, a, x)), body=graph([F, F, F], lambda h, a, x, k: (
                step(h, a, x), h.add(k, h.lit("f64", 1)))), cond_nconsts=1, body_nconsts=1)

    by_slope = graph([F, F, F], lambda g, a, x, b: g.div(b, g.add(x, x)))
    square = dict(f=graph([F, F], lambda g, a, x: g.sub(g.mul(x, x), a)), tangent_solve=by_slope,
                  transpose_solve=by_slope, num_consts=1)
    alone = graph([F, F], lambda g, a, x: newton(g, a, x)[0])
    a, x = array("f64", 3.5), array("f64", 1.5)
    lanes = [((0, -1), (0,)), ((0, 0), (0,)), ((-1, 0), (0,))]
    # Differences see what is left of the guess, 1e-13 of it: derivatives do not.
    control(prim, "sqrt", lambda g, a, x: g.custom_root(a, x, solve=alone, **square), a, x,
            vmaps=lanes, derivative=rel(1e-11))
    control(prim, "counted", lambda g, a, x: g.custom_root(
        a, x, solve=graph([F, F], newton), **square), a, x, vmaps=[(i, (0, 0)) for i, _ in lanes])
    control(prim, "of_a_function", lambda g, a: g.mul(a, g.custom_root(
        g.sin(a), g.lit("f64", 1), solve=alone, **square)), array("f64", 1.25))
    # x with m x + w = 0, found at once; m is read by f alone and so on.
    m, w = spec("f64", 2, 2), spec("f64", 2)
    solved = lambda t: graph([m, w, w, w], lambda g, m, c, x, b: inverse_2x2(t)(g, m, b))
    affine = dict(
        solve=graph([m, w, w], lambda g, m, c, x: inverse_2x2(False)(g, m, g.neg(c))),
        f=graph([m, w, w], lambda g, m, c, x: g.add(times(g, m, x), c)),
        tangent_solve=solved(False), transpose_solve=solved(True), num_consts=2)
    control(prim, "system", lambda g, m, c, x: g.custom_root(m, c, x, **affine),
            array("f64", [[2, 0.5], [-1, 1.5]]), draw("f64", 2), draw("f64", 2))


def make():
    seed("control")
    calls()
    custom_jvps()
    custom_vjps()
    checkpoints()
    whiles()
    conds()
    scans()
    linear_solves()
    roots()
