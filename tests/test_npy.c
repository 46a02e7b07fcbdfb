/* .npy files: reads what NumPy wrote, writes what NumPy reads, and refuses files that lie. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jacquard.h"
#include "runtime/runtime.h"

static char path[64];

static void make_path(void)
{
    strcpy(path, "/tmp/jacquard_npy_XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
}

static void drop_path(void)
{
    unlink(path);
}

TestSuite(npy, .init = make_path, .fini = drop_path);

static void write_bytes(const void *start, size_t n, const char *header, const void *data,
                        size_t bytes)
{
    FILE *f = fopen(path, "wb");
    cr_assert(f);
    fwrite(start, 1, n, f);
    fwrite(header, 1, strlen(header), f);
    if (bytes)
        fwrite(data, 1, bytes, f);
    fclose(f);
}

/* A file of format 1.0 with this header. */
static void write_npy(const char *header, const void *data, size_t bytes)
{
    size_t n = strlen(header);
    char start[] = "\x93NUMPY\1\0\0\0";
    start[8] = (char)n;
    start[9] = (char)(n >> 8);
    write_bytes(start, 10, header, data, bytes);
}

static void refused(const char *why)
{
    jac x = jac_load(path);
    cr_expect(!jac_ok(x), "a file was read that should not be: %s", why);
    cr_expect(jac_error() && strstr(jac_error(), why), "the error is: %s",
              jac_error() ? jac_error() : "none");
    jac_error_clear();
}

/* ---- writing -------------------------------------------------------------------------------- */

/* The bytes must equal those that numpy.save writes for the same array. */
Test(npy, a_saved_file_is_byte_for_byte_numpys)
{
    static const char header[] =
        "\x93NUMPY\1\0v\0{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }"
        "                                                          \n";
    cr_assert(jac_save(path, jac_array(JAC_SHAPE(2, 3), (int32_t[]){1, 2, 3, 4, 5, -6})));
    char got[256];
    FILE *f = fopen(path, "rb");
    size_t n = fread(got, 1, sizeof got, f);
    fclose(f);
    cr_assert_eq(n, 128 + 24);
    cr_expect_arr_eq(got, header, sizeof header - 1);
    cr_expect_arr_eq(got + 128, ((int32_t[]){1, 2, 3, 4, 5, -6}), 24);
}

static void round_trip(jac x)
{
    cr_assert(jac_ok(x) && jac_save(path, x), "%s", jac_error());
    jac y = jac_load(path);
    cr_assert(jac_ok(y), "%s", jac_error());
    cr_assert_eq(jac_dtype_of(x), jac_dtype_of(y));
    cr_assert_eq(jac_ndim(x), jac_ndim(y));
    for (int k = 0; k < jac_ndim(x); k++)
        cr_assert_eq(jac_dim(x, k), jac_dim(y, k));
    if (jac_size(x))
        cr_expect(jac_item_bool(jac_all(jac_eq(x, y))));
}

Test(npy, every_dtype_and_shape_comes_back_as_it_was)
{
    for (jac_dtype d = JAC_BOOL; d <= JAC_F64; d++)
        if (*ir_dtypes[d - 1].npy)
            round_trip(jac_astype(jac_arange(6), d));
    round_trip(jac_of_f64(2.5));
    round_trip(jac_ones(JAC_SHAPE()));
    round_trip(jac_zeros(JAC_SHAPE(0, 3)));
    round_trip(jac_reshape(jac_arange(24), 2, 3, 1, 4));
    round_trip(jac_zeros(JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)));
}

Test(npy, saving_where_nothing_can_be_written_is_an_error)
{
    cr_expect_not(jac_save("/nonexistent/x.npy", jac_arange(3)));
    cr_expect(strstr(jac_error(), "/nonexistent/x.npy: No such file"), "%s", jac_error());
    jac_error_clear();
    cr_expect_not(jac_save("/dev/full", jac_arange(3)));
    cr_expect(jac_error());
}

/* ---- reading -------------------------------------------------------------------------------- */

static void loads(const char *want)
{
    jac x = jac_load(path);
    cr_assert(jac_ok(x), "%s", jac_error());
    char *got = jac_str(x);
    cr_expect_str_eq(got, want);
    free(got);
}

Test(npy, column_major_elements_are_put_in_rows)
{
    write_npy("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }\n",
              (int32_t[]){1, 4, 2, 5, 3, 6}, 24);
    loads("[[1 2 3]\n [4 5 6]]");
    write_npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 2), }\n",
              (uint8_t[]){0, 4, 2, 6, 1, 5, 3, 7}, 8);
    loads("[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
}

Test(npy, big_endian_elements_are_turned_round)
{
    write_npy("{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }\n",
              "\0\0\1\2\xff\xff\xff\xfe", 8);
    loads("[258  -2]");
    write_npy("{'descr': '>f8', 'fortran_order': False, 'shape': (), }\n", "\x40\x04\0\0\0\0\0\0",
              8);
    loads("2.5");
}

Test(npy, formats_2_and_3_have_longer_headers)
{
    static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }  \n";
    for (char version = 2; version <= 3; version++) {
        char start[] = "\x93NUMPY\0\0\0\0\0\0";
        start[6] = version;
        start[8] = sizeof header - 1;
        write_bytes(start, 12, header, (float[]){1.5}, 4);
        loads("[1.5]");
    }
}

Test(npy, a_header_written_otherwise_but_right_is_read)
{
    write_npy("{ \"shape\" : ( 2 , ) ,'fortran_order':False,\"descr\":\"<i4\"}", (int32_t[]){7, 8},
              8);
    loads("[7 8]");
    write_npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }\n", "\0\1\2", 3);
    loads("[False  True  True]");
}

Test(npy, a_file_that_is_cut_off_is_refused_at_every_length)
{
    cr_assert(jac_save(path, jac_arange(3)));
    for (int n = 0; n < 128 + 12; n++) {
        char cut[256];
        FILE *f = fopen(path, "rb");
        size_t all = fread(cut, 1, sizeof cut, f);
        fclose(f);
        f = fopen(path, "wb");
        fwrite(cut, 1, (size_t)n, f);
        fclose(f);
        cr_expect(!jac_ok(jac_load(path)), "read from %d bytes", n);
        cr_expect(jac_error());
        jac_error_clear();
        f = fopen(path, "wb");
        fwrite(cut, 1, all, f);
        fclose(f);
    }
}

Test(npy, a_header_that_lies_is_refused)
{
    static const struct {
        const char *header, *why;
    } lies[] = {
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n", "promises 12 bytes"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n", "promises 4 bytes"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }\n",
         "too large for memory"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }\n", "promises"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }\n", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }\n", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, }\n", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (2", "shape"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2), "
         "}\n",
         "dimensions"},
        {"{'descr': '<f4', 'fortran_order': False}\n", "no shape"},
        {"{'descr': '<f4', 'shape': (2,), }\n", "order"},
        {"{'descr': '<c32', 'fortran_order': False, 'shape': (2,), }\n", "dtype"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2,), }\n", "dtype"},
        {"{'descr': '<m8', 'fortran_order': False, 'shape': (2,), }\n", "dtype"},
        {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }\n", "dtype"},
        {"{'descr': '", "order"},
        {"", "order"},
    };
    for (size_t k = 0; k < sizeof lies / sizeof *lies; k++) {
        write_npy(lies[k].header, (float[]){1, 2}, 8);
        refused(lies[k].why);
    }
}

Test(npy, what_is_no_npy_file_is_refused)
{
    write_bytes("PNG and more", 12, "", NULL, 0);
    refused("is not a .npy file");
    write_bytes("\x93NUMPY\7\0\0\0", 10, "", NULL, 0);
    refused("format 7.0");
    write_bytes("\x93NUMPY\2\0\xff\xff\xff\xff", 12, "", NULL, 0);
    refused("it claims to be 4294967295 bytes long");
    unlink(path);
    refused("No such file");
}
