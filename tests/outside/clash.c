/* A program whose own functions are named like some of the library's: it must link statically, and
 * neither side may call the other's. */
#include <jacquard.h>

int check_index(int i, int n)
{
    return i >= 0 && i < n;
}

int check_operands(int n)
{
    return n == 2;
}

int ir_emit(int n)
{
    return n + 1;
}

int main(void)
{
    double taken = jac_item_f64(jac_check(jac_take(jac_arange(3), 1, 0)));
    return taken != 1 || !check_index(1, 2) || !check_operands(2) || ir_emit(1) != 2;
}
