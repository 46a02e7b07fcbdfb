/* Printing and reading numbers in the C locale, whatever the program's locale is: JSON, the text
 * form and files have decimal points, not commas. The locale is the thread's own (uselocale), so
 * other threads do not notice.
 */
#include <locale.h>

#include "ir/ir.h"

/* In glibc this is a constant, so it needs no memory and cannot fail. */
locale_t ir_c_locale(void)
{
    static _Atomic(locale_t) made;
    locale_t have = atomic_load(&made);
    if (have)
        return have;
    locale_t fresh = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (atomic_compare_exchange_strong(&made, &have, fresh))
        return fresh;
    freelocale(fresh);
    return have;
}

locale_t ir_c_numbers_begin_(void)
{
    return uselocale(ir_c_locale());
}

void ir_c_numbers_end_(const locale_t *was)
{
    uselocale(*was);
}
