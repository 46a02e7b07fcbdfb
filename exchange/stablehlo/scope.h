/* The names of values, while a module is read. */
#ifndef JACQUARD_STABLEHLO_SCOPE_H
#define JACQUARD_STABLEHLO_SCOPE_H

#include "exchange/stablehlo/syntax.h"

/* A name in scope may stand for several values: %1:2 defines %1#0 and %1#1. False with an error, if
 * memory runs out. */
bool hlo_define(hlo_parser *p, hlo_text name, int n, hlo_value **values);
/* The value that the current token names; takes it, and the #1 that may follow. NULL with an error.
 */
hlo_value *hlo_use(hlo_parser *p);
/* What is defined between the two is forgotten. The outermost begin makes room. */
typedef struct hlo_name hlo_name;
hlo_name *hlo_scope_begin(hlo_parser *p);
void hlo_scope_end(hlo_parser *p, hlo_name *mark);
/* Hides all names, as for a function, until hlo_scope_end. */
bool hlo_scope_new(hlo_parser *p);

#endif
