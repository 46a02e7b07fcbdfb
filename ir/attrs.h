/* The attributes of primitives. Each primitive has one list, which gives an enum and the `attrs`
 * column of its ir_op.
 *
 *   #define PAD_ATTRS(A)     \
 *       A(PAD_LOW, low, INTS) \
 *       A(PAD_HIGH, high, INTS)
 *   IR_ATTRS(PAD);
 *
 * declares PAD_LOW, PAD_HIGH and their number, PAD_NATTR; `.attrs = IR_ATTR_COLUMN(PAD)` fills the
 * column. Code reads an attribute as e->attr[PAD_LOW] and writes it as {[PAD_LOW] = {...}}, so it
 * does not depend on the order.
 *
 * Below are the lists of the primitives that ir/ itself builds and reads. jit/lower.h has the lists
 * that a kind of lowering prescribes, and ops/attrs.h has all others.
 */
#ifndef JACQUARD_IR_ATTRS_H
#define JACQUARD_IR_ATTRS_H

/* The largest number of attributes that a primitive can have. */
enum { IR_MAX_ATTRS = 12 };

/* The kind of an attribute: which members of ir_attr it uses, and how it prints. */
typedef enum {
    IR_ATTR_INT,    /* i */
    IR_ATTR_BOOL,   /* i, printed true/false */
    IR_ATTR_DTYPE,  /* i, printed as the dtype's name */
    IR_ATTR_INTS,   /* ints, n */
    IR_ATTR_BOOLS,  /* ints, n; printed true/false */
    IR_ATTR_SCALAR, /* scalar; its dtype is that of the equation's first output */
    IR_ATTR_GRAPH,  /* graph */
    IR_ATTR_GRAPHS, /* graphs, n */
    IR_ATTR_NAME,   /* name, interned by ir_name; printed as it is */
} ir_attr_kind;

/* What the lists name: a kind, and whether the attribute is optional. One that is optional is not
 * printed if it is 0 or empty, and is that if the text leaves it out. */
#define IR_ATTR_KIND_INT           IR_ATTR_INT, false
#define IR_ATTR_KIND_BOOL          IR_ATTR_BOOL, false
#define IR_ATTR_KIND_DTYPE         IR_ATTR_DTYPE, false
#define IR_ATTR_KIND_INTS          IR_ATTR_INTS, false
#define IR_ATTR_KIND_BOOLS         IR_ATTR_BOOLS, false
#define IR_ATTR_KIND_SCALAR        IR_ATTR_SCALAR, false
#define IR_ATTR_KIND_GRAPH         IR_ATTR_GRAPH, false
#define IR_ATTR_KIND_GRAPHS        IR_ATTR_GRAPHS, false
#define IR_ATTR_KIND_NAME          IR_ATTR_NAME, false
#define IR_ATTR_KIND_OPTION        IR_ATTR_INT, true
#define IR_ATTR_KIND_OPTION_BOOL   IR_ATTR_BOOL, true
#define IR_ATTR_KIND_OPTION_INTS   IR_ATTR_INTS, true
#define IR_ATTR_KIND_OPTION_SCALAR IR_ATTR_SCALAR, true

#define IR_ATTR_ID_(id, name, kind)  id,
#define IR_ATTR_ROW_(id, name, kind) {#name, IR_ATTR_KIND_##kind},
#define IR_ATTRS(p)                                                                                \
    enum { p##_ATTRS(IR_ATTR_ID_) p##_NATTR };                                                     \
    _Static_assert((int)p##_NATTR <= (int)IR_MAX_ATTRS, "more than IR_MAX_ATTRS: " #p)
#define IR_ATTR_COLUMN(p) {p##_ATTRS(IR_ATTR_ROW_)}

#define LITERAL_ATTRS(A)                                                                           \
    A(LITERAL_VALUE, value, SCALAR)                                                                \
    A(LITERAL_DTYPE, dtype, DTYPE)                                                                 \
    A(LITERAL_WEAK, weak, BOOL)
IR_ATTRS(LITERAL);

#define BROADCAST_ATTRS(A)                                                                         \
    A(BROADCAST_SHAPE, shape, INTS)                                                                \
    A(BROADCAST_DIMS, broadcast_dimensions, INTS)
IR_ATTRS(BROADCAST);

#define TRANSPOSE_ATTRS(A) A(TRANSPOSE_PERMUTATION, permutation, INTS)
IR_ATTRS(TRANSPOSE);

#define PART_ATTRS(A)                                                                              \
    A(PART_WHICH, which, INT)                                                                      \
    A(PART_SHAPE, shape, INTS)
IR_ATTRS(PART);

#define INTERLEAVE_ATTRS(A) A(INTERLEAVE_SHAPE, shape, INTS)
IR_ATTRS(INTERLEAVE);

/* bitcast_convert_type has only the first of these attributes. */
#define BITCAST_ATTRS(A) A(CONVERT_DTYPE, new_dtype, DTYPE)
#define CONVERT_ATTRS(A) BITCAST_ATTRS(A) A(CONVERT_WEAK, weak, BOOL)
IR_ATTRS(CONVERT);

/* The list of every primitive with IR_OP_COLLECTIVE. */
#define COLLECTIVE_ATTRS(A) A(COLLECTIVE_AXIS_NAME, axis_name, NAME)
IR_ATTRS(COLLECTIVE);

#define EMPTY_TAPE_ATTRS(A)                                                                        \
    A(EMPTY_TAPE_DTYPE, dtype, DTYPE)                                                              \
    A(EMPTY_TAPE_SHAPE, shape, INTS)
IR_ATTRS(EMPTY_TAPE);

#define TAPE_BROADCAST_ATTRS(A)                                                                    \
    A(TAPE_BROADCAST_AXIS, axis, INT)                                                              \
    A(TAPE_BROADCAST_SIZE, size, INT)
IR_ATTRS(TAPE_BROADCAST);

#endif
