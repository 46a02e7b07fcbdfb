/* Discrete Fourier transforms. */
#include "exchange/stablehlo/build.h"
#include "ops/host/host.h"

bool hlo_emit_fft(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                  ir_value **y)
{
    static const struct {
        const char *name;
        host_fft_type type;
    } types[] = {
        {"FFT", HOST_FFT}, {"IFFT", HOST_IFFT}, {"RFFT", HOST_RFFT}, {"IRFFT", HOST_IRFFT}};
    (void)row;
    hlo_ints lengths;
    hlo_text type = hlo_read_word(op, "fft_type");
    type = type.n ? type : hlo_read_word(op, "type");
    if (!hlo_read_ints(f, op, "fft_length", "length", &lengths))
        return false;
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        if (hlo_is(type, types[k].name)) {
            ir_attr attr[] = {[FFT_TYPE] = {.i = types[k].type},
                              [FFT_LENGTHS] = {.n = lengths.n, .ints = lengths.v}};
            return (y[0] = ir_emit1(f->g, &op_fft, 1, x, attr)) != NULL;
        }
    return hlo_op_fail(f, op, "there is no transform %.*s", HLO_SHOW(type));
}
