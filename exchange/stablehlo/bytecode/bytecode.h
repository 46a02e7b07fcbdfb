/* The reader of MLIR bytecode: portable artifacts of StableHLO, which hold operations of the
 * dialect VHLO. It makes the same tree as the parser of the text form (syntax.h).
 *
 * A file is a list of sections. Strings, dialects and names of operations are tables that others
 * refer to by index. Attributes and types are tables too, but of pieces of bytes, which are decoded
 * when they are first used. The section of operations is read last.
 *
 * Every read goes through a cursor, which knows where its piece ends. After the first error all
 * reads give 0, so that only loops and the ends of functions need to ask whether there was one.
 */
#ifndef JACQUARD_STABLEHLO_BYTECODE_H
#define JACQUARD_STABLEHLO_BYTECODE_H

#include "exchange/stablehlo/syntax.h"

/* The versions of the encoding in which something changed that a reader must know. */
enum {
    BC_DIALECT_VERSIONS = 1,
    BC_LAZY_REGIONS = 2,
    BC_USE_LIST_ORDERS = 3,
    BC_SHORT_BLOCK_ARGUMENTS = 4,
    BC_PROPERTIES = 5,
    BC_NEWEST = 6,
};

/* An attribute or type of the file, and what was made of it. */
typedef struct {
    int dialect;
    const unsigned char *at, *end;
    bool coded; /* else it is written as text */
    enum { BC_UNREAD, BC_OPEN, BC_READ } state;
    hlo_attr attr;
    hlo_type *type;
    int nin, nout; /* of a function's type */
    hlo_type **in, **out;
} bc_entry;

/* The name of an operation: as its dialect has it, and as StableHLO calls it. */
typedef struct {
    bool vhlo;
    hlo_text name, stablehlo;
} bc_name;

typedef struct bc_cursor bc_cursor;

typedef struct {
    hlo_module *module;
    ir_arena *arena;
    const unsigned char *begin, *end;
    uint64_t version;
    bool failed;
    int depth; /* of attributes, types and regions that are being read */
    size_t nstring, ndialect, nname, nattr, ntype, nproperties;
    hlo_text *string, *dialect;
    bc_name *name;
    bc_entry *attr, *type;
    bc_cursor *properties;
} bc_file;

struct bc_cursor {
    bc_file *file;
    const unsigned char *at, *end;
};

/* ---- bytes.c ------------------------------------------------------------------------------------- */

/* Records the error with the place in the file, unless there was one already. False. */
bool bc_fail(bc_cursor *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline bool bc_ok(const bc_cursor *c)
{
    return !c->file->failed;
}
/* Is there more to read? */
static inline bool bc_more(const bc_cursor *c)
{
    return !c->file->failed && c->at < c->end;
}
unsigned bc_byte(bc_cursor *c);
uint64_t bc_varint(bc_cursor *c);
int64_t bc_svarint(bc_cursor *c);
uint64_t bc_flagged(bc_cursor *c, bool *flag); /* a number whose lowest bit is a flag */
/* A number of things that follow, each of which takes a byte at least. */
size_t bc_count(bc_cursor *c);
/* An index below n; `what` is for the error. */
size_t bc_index(bc_cursor *c, size_t n, const char *what);
bc_cursor bc_take(bc_cursor *c, uint64_t n); /* the next n bytes */
hlo_text bc_string(bc_cursor *c);            /* by its index */
bc_cursor bc_section(bc_cursor *c, unsigned *id);
/* A text that is formatted into the arena. */
hlo_text bc_say(bc_cursor *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room in the arena for n things; fails if memory runs out. */
void *bc_room(bc_cursor *c, size_t n, size_t size);
bool bc_enter(bc_cursor *c); /* call it before reading something nested */
void bc_leave(bc_cursor *c);

/* ---- attributes.c -------------------------------------------------------------------------------- */

const hlo_attr *bc_attr(bc_cursor *c); /* by its index; never NULL */
/* Appends a copy of an attribute. */
void bc_append(bc_cursor *c, hlo_attr *list, hlo_text key, const hlo_attr *a);

/* ---- types.c ------------------------------------------------------------------------------------- */

const bc_entry *bc_type(bc_cursor *c); /* by its index; NULL after an error */
const bc_entry *bc_type_at(bc_cursor *c, size_t index);
/* The entry of a function's type; NULL if the type is another one. */
const bc_entry *bc_function_type(const bc_cursor *c, const hlo_type *type);

/* ---- names.c ------------------------------------------------------------------------------------- */

bc_name bc_operation_name(bc_cursor *c, hlo_text dialect, hlo_text name);
/* VHLO keeps the fields of some attributes apart; puts them together as StableHLO has them. */
void bc_join_attributes(bc_cursor *c, hlo_op *op);

/* ---- properties.c -------------------------------------------------------------------------------- */

void bc_find_properties(bc_cursor *c); /* reads the section's table */
/* Reads the attributes of an operation by their index in the section. */
void bc_read_properties(bc_cursor *c, const bc_name *name, hlo_op *op);

/* ---- operations.c -------------------------------------------------------------------------------- */

void bc_read_operations(bc_cursor *c);

/* ---- sections.c ---------------------------------------------------------------------------------- */

/* Is it bytecode, or a function that jax.export serialised, which holds bytecode? Then `inside`
 * gets the bytecode. */
bool hlo_is_bytecode(const char *bytes, size_t n, hlo_text *inside);
/* Reads a module, as hlo_parse does. The bytes must live as long as the module. */
bool hlo_read_bytecode(hlo_module *m, hlo_text bytes);

#endif
