// Functions that are not macros can be called from C++17.
#include <jacquard.h>

static void twice(const void *, const void *args, void *result)
{
    jac x = *static_cast<const jac *>(args);
    *static_cast<jac *>(result) = jac_binary_(nullptr, "add", x, x);
}

int main()
{
    static const int leaves[] = {1};
    static const jac_function face = {JAC_FUNCTION_MARK_, "twice", twice, nullptr, 1, leaves, 1, {}, nullptr};
    jac_fn f = jac_grad_(nullptr, jac_fn{&face}, jac_grad_opts{});
    jac x = jac_of_f64(1.5), y = jac_call1_(nullptr, f, 1, &x);
    return jac_item_f64_(nullptr, y) == 2 ? 0 : 1;
}
