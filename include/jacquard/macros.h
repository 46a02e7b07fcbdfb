/* Building blocks of the macros in the public headers. Part of jacquard.h; nothing here is for
 * direct use. An argument is expanded only once, into a variable of a statement expression, so that
 * nested operations do not double their text. _Generic chooses what to do by the variable's type,
 * and an argument of the wrong type does not compile. */
#ifndef JACQUARD_MACROS_H
#define JACQUARD_MACROS_H

#include "base.h"
#include "commas.h"

/* ---- Lists of arguments --------------------------------------------------------------------------- */

#define JAC_CAT_(a, b)  JAC_CAT__(a, b)
#define JAC_CAT__(a, b) a##b

/* The number of arguments, up to 64. */
#define JAC_COUNT_(...) JAC_65TH_OF_(JAC_COMMA_AFTER_(__VA_ARGS__) \
    64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, \
    43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, \
    22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, )
#define JAC_65TH_OF_(...) JAC_65TH_(__VA_ARGS__)
#define JAC_65TH_(\
    a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, \
    a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, \
    a36, a37, a38, a39, a40, a41, a42, a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, \
    a53, a54, a55, a56, a57, a58, a59, a60, a61, a62, a63, n, ...) \
    n
/* 1 if there are exactly two (three) arguments, otherwise 0. (Digits, because a program may have
 * macros with short names.) */
#define JAC_IS_2_(...) \
    JAC_65TH_(__VA_ARGS__, \
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
              0, 0, 1, 0, 0, )
#define JAC_IS_3_(...) \
    JAC_65TH_(__VA_ARGS__, \
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
              0, 1, 0, 0, 0, )
/* 0 or 1 for so many arguments, 2 for more. */
#define JAC_FEW_(...) \
    JAC_65TH_OF_(JAC_COMMA_AFTER_(__VA_ARGS__) \
              2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, \
              2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, \
              2, 2, 2, 1, 0, )

/* The first argument (HEAD), and all others (TAIL), of one or more. */
#define JAC_HEAD_(...)       JAC_HEAD__(__VA_ARGS__, )
#define JAC_HEAD__(x, ...)   x
#define JAC_TAIL_(...)       JAC_CAT_(JAC_TAIL, JAC_FEW_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_TAIL1(x)
#define JAC_TAIL2(x, ...)    __VA_ARGS__

/* Applies the macro m to each of up to 64 arguments. */
#define JAC_EACH_(m, ...) JAC_CAT_(JAC_EACH, JAC_COUNT_(__VA_ARGS__))(m, __VA_ARGS__)
#define JAC_EACH0(m, ...)
#define JAC_EACH1(m, x) m(x)
#define JAC_EACH2(m, x, ...) m(x) JAC_EACH1(m, __VA_ARGS__)
#define JAC_EACH3(m, x, ...) m(x) JAC_EACH2(m, __VA_ARGS__)
#define JAC_EACH4(m, x, ...) m(x) JAC_EACH3(m, __VA_ARGS__)
#define JAC_EACH5(m, x, ...) m(x) JAC_EACH4(m, __VA_ARGS__)
#define JAC_EACH6(m, x, ...) m(x) JAC_EACH5(m, __VA_ARGS__)
#define JAC_EACH7(m, x, ...) m(x) JAC_EACH6(m, __VA_ARGS__)
#define JAC_EACH8(m, x, ...) m(x) JAC_EACH7(m, __VA_ARGS__)
#define JAC_EACH9(m, x, ...) m(x) JAC_EACH8(m, __VA_ARGS__)
#define JAC_EACH10(m, x, ...) m(x) JAC_EACH9(m, __VA_ARGS__)
#define JAC_EACH11(m, x, ...) m(x) JAC_EACH10(m, __VA_ARGS__)
#define JAC_EACH12(m, x, ...) m(x) JAC_EACH11(m, __VA_ARGS__)
#define JAC_EACH13(m, x, ...) m(x) JAC_EACH12(m, __VA_ARGS__)
#define JAC_EACH14(m, x, ...) m(x) JAC_EACH13(m, __VA_ARGS__)
#define JAC_EACH15(m, x, ...) m(x) JAC_EACH14(m, __VA_ARGS__)
#define JAC_EACH16(m, x, ...) m(x) JAC_EACH15(m, __VA_ARGS__)
#define JAC_EACH17(m, x, ...) m(x) JAC_EACH16(m, __VA_ARGS__)
#define JAC_EACH18(m, x, ...) m(x) JAC_EACH17(m, __VA_ARGS__)
#define JAC_EACH19(m, x, ...) m(x) JAC_EACH18(m, __VA_ARGS__)
#define JAC_EACH20(m, x, ...) m(x) JAC_EACH19(m, __VA_ARGS__)
#define JAC_EACH21(m, x, ...) m(x) JAC_EACH20(m, __VA_ARGS__)
#define JAC_EACH22(m, x, ...) m(x) JAC_EACH21(m, __VA_ARGS__)
#define JAC_EACH23(m, x, ...) m(x) JAC_EACH22(m, __VA_ARGS__)
#define JAC_EACH24(m, x, ...) m(x) JAC_EACH23(m, __VA_ARGS__)
#define JAC_EACH25(m, x, ...) m(x) JAC_EACH24(m, __VA_ARGS__)
#define JAC_EACH26(m, x, ...) m(x) JAC_EACH25(m, __VA_ARGS__)
#define JAC_EACH27(m, x, ...) m(x) JAC_EACH26(m, __VA_ARGS__)
#define JAC_EACH28(m, x, ...) m(x) JAC_EACH27(m, __VA_ARGS__)
#define JAC_EACH29(m, x, ...) m(x) JAC_EACH28(m, __VA_ARGS__)
#define JAC_EACH30(m, x, ...) m(x) JAC_EACH29(m, __VA_ARGS__)
#define JAC_EACH31(m, x, ...) m(x) JAC_EACH30(m, __VA_ARGS__)
#define JAC_EACH32(m, x, ...) m(x) JAC_EACH31(m, __VA_ARGS__)
#define JAC_EACH33(m, x, ...) m(x) JAC_EACH32(m, __VA_ARGS__)
#define JAC_EACH34(m, x, ...) m(x) JAC_EACH33(m, __VA_ARGS__)
#define JAC_EACH35(m, x, ...) m(x) JAC_EACH34(m, __VA_ARGS__)
#define JAC_EACH36(m, x, ...) m(x) JAC_EACH35(m, __VA_ARGS__)
#define JAC_EACH37(m, x, ...) m(x) JAC_EACH36(m, __VA_ARGS__)
#define JAC_EACH38(m, x, ...) m(x) JAC_EACH37(m, __VA_ARGS__)
#define JAC_EACH39(m, x, ...) m(x) JAC_EACH38(m, __VA_ARGS__)
#define JAC_EACH40(m, x, ...) m(x) JAC_EACH39(m, __VA_ARGS__)
#define JAC_EACH41(m, x, ...) m(x) JAC_EACH40(m, __VA_ARGS__)
#define JAC_EACH42(m, x, ...) m(x) JAC_EACH41(m, __VA_ARGS__)
#define JAC_EACH43(m, x, ...) m(x) JAC_EACH42(m, __VA_ARGS__)
#define JAC_EACH44(m, x, ...) m(x) JAC_EACH43(m, __VA_ARGS__)
#define JAC_EACH45(m, x, ...) m(x) JAC_EACH44(m, __VA_ARGS__)
#define JAC_EACH46(m, x, ...) m(x) JAC_EACH45(m, __VA_ARGS__)
#define JAC_EACH47(m, x, ...) m(x) JAC_EACH46(m, __VA_ARGS__)
#define JAC_EACH48(m, x, ...) m(x) JAC_EACH47(m, __VA_ARGS__)
#define JAC_EACH49(m, x, ...) m(x) JAC_EACH48(m, __VA_ARGS__)
#define JAC_EACH50(m, x, ...) m(x) JAC_EACH49(m, __VA_ARGS__)
#define JAC_EACH51(m, x, ...) m(x) JAC_EACH50(m, __VA_ARGS__)
#define JAC_EACH52(m, x, ...) m(x) JAC_EACH51(m, __VA_ARGS__)
#define JAC_EACH53(m, x, ...) m(x) JAC_EACH52(m, __VA_ARGS__)
#define JAC_EACH54(m, x, ...) m(x) JAC_EACH53(m, __VA_ARGS__)
#define JAC_EACH55(m, x, ...) m(x) JAC_EACH54(m, __VA_ARGS__)
#define JAC_EACH56(m, x, ...) m(x) JAC_EACH55(m, __VA_ARGS__)
#define JAC_EACH57(m, x, ...) m(x) JAC_EACH56(m, __VA_ARGS__)
#define JAC_EACH58(m, x, ...) m(x) JAC_EACH57(m, __VA_ARGS__)
#define JAC_EACH59(m, x, ...) m(x) JAC_EACH58(m, __VA_ARGS__)
#define JAC_EACH60(m, x, ...) m(x) JAC_EACH59(m, __VA_ARGS__)
#define JAC_EACH61(m, x, ...) m(x) JAC_EACH60(m, __VA_ARGS__)
#define JAC_EACH62(m, x, ...) m(x) JAC_EACH61(m, __VA_ARGS__)
#define JAC_EACH63(m, x, ...) m(x) JAC_EACH62(m, __VA_ARGS__)
#define JAC_EACH64(m, x, ...) m(x) JAC_EACH63(m, __VA_ARGS__)

/* The last argument (LAST), and all before it, in parentheses (REST) or without them (FRONT). This
 * puts a compound literal together again, because its commas separate macro arguments too. */
#define JAC_LAST_(...)  JAC_CAT_(JAC_LAST, JAC_COUNT_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_REST_(...)  (JAC_FRONT_(__VA_ARGS__))
#define JAC_FRONT_(...) JAC_CAT_(JAC_REST, JAC_COUNT_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_LAST1(x) x
#define JAC_REST2(x, y) x
#define JAC_LAST2(x, ...) JAC_LAST1(__VA_ARGS__)
#define JAC_LAST3(x, ...) JAC_LAST2(__VA_ARGS__)
#define JAC_LAST4(x, ...) JAC_LAST3(__VA_ARGS__)
#define JAC_LAST5(x, ...) JAC_LAST4(__VA_ARGS__)
#define JAC_LAST6(x, ...) JAC_LAST5(__VA_ARGS__)
#define JAC_LAST7(x, ...) JAC_LAST6(__VA_ARGS__)
#define JAC_LAST8(x, ...) JAC_LAST7(__VA_ARGS__)
#define JAC_LAST9(x, ...) JAC_LAST8(__VA_ARGS__)
#define JAC_LAST10(x, ...) JAC_LAST9(__VA_ARGS__)
#define JAC_LAST11(x, ...) JAC_LAST10(__VA_ARGS__)
#define JAC_LAST12(x, ...) JAC_LAST11(__VA_ARGS__)
#define JAC_LAST13(x, ...) JAC_LAST12(__VA_ARGS__)
#define JAC_LAST14(x, ...) JAC_LAST13(__VA_ARGS__)
#define JAC_LAST15(x, ...) JAC_LAST14(__VA_ARGS__)
#define JAC_LAST16(x, ...) JAC_LAST15(__VA_ARGS__)
#define JAC_LAST17(x, ...) JAC_LAST16(__VA_ARGS__)
#define JAC_LAST18(x, ...) JAC_LAST17(__VA_ARGS__)
#define JAC_LAST19(x, ...) JAC_LAST18(__VA_ARGS__)
#define JAC_LAST20(x, ...) JAC_LAST19(__VA_ARGS__)
#define JAC_LAST21(x, ...) JAC_LAST20(__VA_ARGS__)
#define JAC_LAST22(x, ...) JAC_LAST21(__VA_ARGS__)
#define JAC_LAST23(x, ...) JAC_LAST22(__VA_ARGS__)
#define JAC_LAST24(x, ...) JAC_LAST23(__VA_ARGS__)
#define JAC_LAST25(x, ...) JAC_LAST24(__VA_ARGS__)
#define JAC_LAST26(x, ...) JAC_LAST25(__VA_ARGS__)
#define JAC_LAST27(x, ...) JAC_LAST26(__VA_ARGS__)
#define JAC_LAST28(x, ...) JAC_LAST27(__VA_ARGS__)
#define JAC_LAST29(x, ...) JAC_LAST28(__VA_ARGS__)
#define JAC_LAST30(x, ...) JAC_LAST29(__VA_ARGS__)
#define JAC_LAST31(x, ...) JAC_LAST30(__VA_ARGS__)
#define JAC_LAST32(x, ...) JAC_LAST31(__VA_ARGS__)
#define JAC_LAST33(x, ...) JAC_LAST32(__VA_ARGS__)
#define JAC_LAST34(x, ...) JAC_LAST33(__VA_ARGS__)
#define JAC_LAST35(x, ...) JAC_LAST34(__VA_ARGS__)
#define JAC_LAST36(x, ...) JAC_LAST35(__VA_ARGS__)
#define JAC_LAST37(x, ...) JAC_LAST36(__VA_ARGS__)
#define JAC_LAST38(x, ...) JAC_LAST37(__VA_ARGS__)
#define JAC_LAST39(x, ...) JAC_LAST38(__VA_ARGS__)
#define JAC_LAST40(x, ...) JAC_LAST39(__VA_ARGS__)
#define JAC_LAST41(x, ...) JAC_LAST40(__VA_ARGS__)
#define JAC_LAST42(x, ...) JAC_LAST41(__VA_ARGS__)
#define JAC_LAST43(x, ...) JAC_LAST42(__VA_ARGS__)
#define JAC_LAST44(x, ...) JAC_LAST43(__VA_ARGS__)
#define JAC_LAST45(x, ...) JAC_LAST44(__VA_ARGS__)
#define JAC_LAST46(x, ...) JAC_LAST45(__VA_ARGS__)
#define JAC_LAST47(x, ...) JAC_LAST46(__VA_ARGS__)
#define JAC_LAST48(x, ...) JAC_LAST47(__VA_ARGS__)
#define JAC_LAST49(x, ...) JAC_LAST48(__VA_ARGS__)
#define JAC_LAST50(x, ...) JAC_LAST49(__VA_ARGS__)
#define JAC_LAST51(x, ...) JAC_LAST50(__VA_ARGS__)
#define JAC_LAST52(x, ...) JAC_LAST51(__VA_ARGS__)
#define JAC_LAST53(x, ...) JAC_LAST52(__VA_ARGS__)
#define JAC_LAST54(x, ...) JAC_LAST53(__VA_ARGS__)
#define JAC_LAST55(x, ...) JAC_LAST54(__VA_ARGS__)
#define JAC_LAST56(x, ...) JAC_LAST55(__VA_ARGS__)
#define JAC_LAST57(x, ...) JAC_LAST56(__VA_ARGS__)
#define JAC_LAST58(x, ...) JAC_LAST57(__VA_ARGS__)
#define JAC_LAST59(x, ...) JAC_LAST58(__VA_ARGS__)
#define JAC_LAST60(x, ...) JAC_LAST59(__VA_ARGS__)
#define JAC_LAST61(x, ...) JAC_LAST60(__VA_ARGS__)
#define JAC_LAST62(x, ...) JAC_LAST61(__VA_ARGS__)
#define JAC_LAST63(x, ...) JAC_LAST62(__VA_ARGS__)
#define JAC_LAST64(x, ...) JAC_LAST63(__VA_ARGS__)
#define JAC_REST3(x, ...) x, JAC_REST2(__VA_ARGS__)
#define JAC_REST4(x, ...) x, JAC_REST3(__VA_ARGS__)
#define JAC_REST5(x, ...) x, JAC_REST4(__VA_ARGS__)
#define JAC_REST6(x, ...) x, JAC_REST5(__VA_ARGS__)
#define JAC_REST7(x, ...) x, JAC_REST6(__VA_ARGS__)
#define JAC_REST8(x, ...) x, JAC_REST7(__VA_ARGS__)
#define JAC_REST9(x, ...) x, JAC_REST8(__VA_ARGS__)
#define JAC_REST10(x, ...) x, JAC_REST9(__VA_ARGS__)
#define JAC_REST11(x, ...) x, JAC_REST10(__VA_ARGS__)
#define JAC_REST12(x, ...) x, JAC_REST11(__VA_ARGS__)
#define JAC_REST13(x, ...) x, JAC_REST12(__VA_ARGS__)
#define JAC_REST14(x, ...) x, JAC_REST13(__VA_ARGS__)
#define JAC_REST15(x, ...) x, JAC_REST14(__VA_ARGS__)
#define JAC_REST16(x, ...) x, JAC_REST15(__VA_ARGS__)
#define JAC_REST17(x, ...) x, JAC_REST16(__VA_ARGS__)
#define JAC_REST18(x, ...) x, JAC_REST17(__VA_ARGS__)
#define JAC_REST19(x, ...) x, JAC_REST18(__VA_ARGS__)
#define JAC_REST20(x, ...) x, JAC_REST19(__VA_ARGS__)
#define JAC_REST21(x, ...) x, JAC_REST20(__VA_ARGS__)
#define JAC_REST22(x, ...) x, JAC_REST21(__VA_ARGS__)
#define JAC_REST23(x, ...) x, JAC_REST22(__VA_ARGS__)
#define JAC_REST24(x, ...) x, JAC_REST23(__VA_ARGS__)
#define JAC_REST25(x, ...) x, JAC_REST24(__VA_ARGS__)
#define JAC_REST26(x, ...) x, JAC_REST25(__VA_ARGS__)
#define JAC_REST27(x, ...) x, JAC_REST26(__VA_ARGS__)
#define JAC_REST28(x, ...) x, JAC_REST27(__VA_ARGS__)
#define JAC_REST29(x, ...) x, JAC_REST28(__VA_ARGS__)
#define JAC_REST30(x, ...) x, JAC_REST29(__VA_ARGS__)
#define JAC_REST31(x, ...) x, JAC_REST30(__VA_ARGS__)
#define JAC_REST32(x, ...) x, JAC_REST31(__VA_ARGS__)
#define JAC_REST33(x, ...) x, JAC_REST32(__VA_ARGS__)
#define JAC_REST34(x, ...) x, JAC_REST33(__VA_ARGS__)
#define JAC_REST35(x, ...) x, JAC_REST34(__VA_ARGS__)
#define JAC_REST36(x, ...) x, JAC_REST35(__VA_ARGS__)
#define JAC_REST37(x, ...) x, JAC_REST36(__VA_ARGS__)
#define JAC_REST38(x, ...) x, JAC_REST37(__VA_ARGS__)
#define JAC_REST39(x, ...) x, JAC_REST38(__VA_ARGS__)
#define JAC_REST40(x, ...) x, JAC_REST39(__VA_ARGS__)
#define JAC_REST41(x, ...) x, JAC_REST40(__VA_ARGS__)
#define JAC_REST42(x, ...) x, JAC_REST41(__VA_ARGS__)
#define JAC_REST43(x, ...) x, JAC_REST42(__VA_ARGS__)
#define JAC_REST44(x, ...) x, JAC_REST43(__VA_ARGS__)
#define JAC_REST45(x, ...) x, JAC_REST44(__VA_ARGS__)
#define JAC_REST46(x, ...) x, JAC_REST45(__VA_ARGS__)
#define JAC_REST47(x, ...) x, JAC_REST46(__VA_ARGS__)
#define JAC_REST48(x, ...) x, JAC_REST47(__VA_ARGS__)
#define JAC_REST49(x, ...) x, JAC_REST48(__VA_ARGS__)
#define JAC_REST50(x, ...) x, JAC_REST49(__VA_ARGS__)
#define JAC_REST51(x, ...) x, JAC_REST50(__VA_ARGS__)
#define JAC_REST52(x, ...) x, JAC_REST51(__VA_ARGS__)
#define JAC_REST53(x, ...) x, JAC_REST52(__VA_ARGS__)
#define JAC_REST54(x, ...) x, JAC_REST53(__VA_ARGS__)
#define JAC_REST55(x, ...) x, JAC_REST54(__VA_ARGS__)
#define JAC_REST56(x, ...) x, JAC_REST55(__VA_ARGS__)
#define JAC_REST57(x, ...) x, JAC_REST56(__VA_ARGS__)
#define JAC_REST58(x, ...) x, JAC_REST57(__VA_ARGS__)
#define JAC_REST59(x, ...) x, JAC_REST58(__VA_ARGS__)
#define JAC_REST60(x, ...) x, JAC_REST59(__VA_ARGS__)
#define JAC_REST61(x, ...) x, JAC_REST60(__VA_ARGS__)
#define JAC_REST62(x, ...) x, JAC_REST61(__VA_ARGS__)
#define JAC_REST63(x, ...) x, JAC_REST62(__VA_ARGS__)
#define JAC_REST64(x, ...) x, JAC_REST63(__VA_ARGS__)

/* ---- Locations and options ------------------------------------------------------------------------ */

/* The location of the macro call, for errors. */
#define JAC_AT                                                           \
    __extension__({                                                      \
        static const jac_loc jac_here_ = {__FILE__, __LINE__, __func__}; \
        &jac_here_;                                                      \
    })

/* Turns off warnings for the braces of an option list, where an int may stand for a list of one and
 * an option overrides the default before it. A number with a fraction in place of an integer is an
 * error there. JAC_LOUD_ restores what was. */
#if defined(__clang__)
#define JAC_QUIET_                                                       \
    _Pragma("GCC diagnostic push")                                       \
    _Pragma("GCC diagnostic ignored \"-Wmissing-braces\"")               \
    _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")   \
    _Pragma("GCC diagnostic ignored \"-Winitializer-overrides\"")        \
    _Pragma("GCC diagnostic error \"-Wliteral-conversion\"")             \
    _Pragma("GCC diagnostic error \"-Wfloat-conversion\"")               \
    _Pragma("GCC diagnostic error \"-Wint-conversion\"")
#else
#define JAC_QUIET_                                                       \
    _Pragma("GCC diagnostic push")                                       \
    _Pragma("GCC diagnostic ignored \"-Wmissing-braces\"")               \
    _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")   \
    _Pragma("GCC diagnostic ignored \"-Woverride-init\"")                \
    _Pragma("GCC diagnostic error \"-Wfloat-conversion\"")               \
    _Pragma("GCC diagnostic error \"-Wint-conversion\"")
#endif
#define JAC_LOUD_ _Pragma("GCC diagnostic pop")
/* Evaluates `call` with a variable o of type T that has the options: the defaults, overridden by
 * those that are given. (The list of options ends with a comma, and may be just that comma.) */
#define JAC_WITH_OPTIONS_(o, T, defaults, call, ...) \
    __extension__({                                  \
        JAC_QUIET_                                   \
        const T o = {JAC_BARE_ defaults, __VA_ARGS__}; \
        JAC_LOUD_                                    \
        call;                                        \
    })
#define JAC_BARE_(...) __VA_ARGS__

/* ---- Operands ------------------------------------------------------------------------------------- */

/* Converts a handle or a C number to a handle. (The variable's name is unique, because otherwise
 * the variables of nested uses would hide each other.) */
#define JAC_V(x) JAC_V_(JAC_CAT_(jac_v_, __COUNTER__), x)
#define JAC_V_(v, x)            \
    __extension__({             \
        __auto_type v = (x);    \
        JAC_OF_NUMBER_(v);      \
    })
#define JAC_OF_NUMBER_(v)               \
    _Generic((v),                       \
        jac: jac_of_self,               \
        bool: jac_of_bool,              \
        float: jac_of_f64,              \
        double: jac_of_f64,             \
        long double: jac_of_f64,        \
        float _Complex: jac_of_c128,    \
        double _Complex: jac_of_c128,   \
        unsigned long: jac_of_u64,      \
        unsigned long long: jac_of_u64, \
        char: jac_of_i64,               \
        signed char: jac_of_i64,        \
        unsigned char: jac_of_i64,      \
        short: jac_of_i64,              \
        unsigned short: jac_of_i64,     \
        int: jac_of_i64,                \
        unsigned: jac_of_i64,           \
        long: jac_of_i64,               \
        long long: jac_of_i64)(v)
/* Converts a list of operands to their number and a C array of handles. */
#define JAC_LIST_(...) JAC_COUNT_(__VA_ARGS__), (const jac[]){JAC_EACH_(JAC_V_COMMA_, __VA_ARGS__){NULL}}
#define JAC_V_COMMA_(x) JAC_V(x),

#define JAC_1_(op, x)    jac_unary_(JAC_AT, op, JAC_V(x))
#define JAC_2_(op, x, y) jac_binary_(JAC_AT, op, JAC_V(x), JAC_V(y))

/* ---- Trees ---------------------------------------------------------------------------------------- */

/* Is v's type a struct or union? Every tree is one. */
#define JAC_IS_RECORD_(v) (__builtin_classify_type(v) == 12 || __builtin_classify_type(v) == 13)
/* The number of handles in T, the type of a parameter or result. A handle is a word; clang-tidy
 * thinks that sizeof(jac) / sizeof(jac) is a mistake. */
#define JAC_LEAVES_IN_(T) ((int) (sizeof(T) / JAC_HANDLE_BYTES_))
#define JAC_HANDLE_BYTES_ sizeof(const struct jac_opaque *)
#define JAC_ASSERT_TREE_(T)                                                                    \
    _Static_assert(JAC_IS_RECORD_(*(__typeof__(T) *) 0) && sizeof(T) % sizeof(jac) == 0 &&     \
                       _Alignof(T) <= _Alignof(jac),                                           \
                   "a tree is jac or a struct of jac handles only");
/* Does not compile if T, a type or an expression, is a struct with a member that is not a handle: the
 * struct is initialized by handles, without braces inside, so that each of its first 64 members gets
 * one. The handles that are left over go to `rest`. */
#define JAC_HANDLES_ONLY_(T)                                                                  \
    sizeof(__extension__({                                                                    \
        typedef __typeof__(__builtin_choose_expr(sizeof(T) == 0, jac_none_,                   \
                                                 *(__typeof__(T) *) NULL)) jac_tree_of_t_;    \
        JAC_QUIET_                                                                            \
        (void) (struct {                                                                      \
            jac_tree_of_t_ tree;                                                              \
            jac rest[64];                                                                     \
        }){JAC_16_NULLS_, JAC_16_NULLS_, JAC_16_NULLS_, JAC_16_NULLS_};                       \
        (void) (const jac){NULL}; /* or gcc misses the braces around this macro */            \
        JAC_LOUD_                                                                             \
        0;                                                                                    \
    }))
#define JAC_16_NULLS_                                                                     \
    jac_none_, jac_none_, jac_none_, jac_none_, jac_none_, jac_none_, jac_none_, jac_none_,   \
        jac_none_, jac_none_, jac_none_, jac_none_, jac_none_, jac_none_, jac_none_, jac_none_
/* The number of handles in the variable v. An array of handles is allowed here; a number is not. */
#define JAC_LEAVES_OF_(v)                                                                      \
    ((int) (sizeof(v) / JAC_HANDLE_BYTES_ +                                                    \
            0 * sizeof(struct {                                                                \
                int jac_none_;                                                                 \
                _Static_assert((JAC_IS_RECORD_(v) || __builtin_classify_type(v) == 5) &&       \
                                   sizeof(v) % sizeof(jac) == 0,                               \
                               "a tree is jac, an array or a struct of jac handles only");     \
            }) +                                                                               \
            0 * JAC_HANDLES_ONLY_(v)))
/* The initial state of a loop or a solver: the tree g, or the handle of a number g. */
#define JAC_TREE_FROM_(g)                                                 \
    __builtin_choose_expr(JAC_IS_RECORD_(g), (g),                         \
                          JAC_OF_NUMBER_(__builtin_choose_expr(JAC_IS_RECORD_(g), 0, (g))))
/* Sets s to the tree or number `init`, evaluates `call`, which changes s in place, and gives s. */
#define JAC_CHANGED_(g, s, init, call)          \
    __extension__({                             \
        __auto_type g = init;                   \
        __auto_type s = JAC_TREE_FROM_(g);      \
        call;                                   \
        s;                                      \
    })
#define JAC_LEAVES_AND_(s) JAC_LEAVES_OF_(s), (jac *) &s

/* Where arguments are read: the pointer p to a tree. */
#define JAC_IN_(p)                                                                                 \
    __builtin_choose_expr(                                                                         \
        JAC_HANDLES_ONLY_(*_Generic((p), void *: (jac *) NULL, const void *: (jac *) NULL,         \
                                    default: (p))) != 0,                                           \
        (p), NULL)
/* Where results go: a pointer, and the bytes available there. If it points to a struct, the results
 * must fill it exactly. If it is an array or the address of a handle, they must not exceed its
 * size. Behind any other pointer the size is not known. */
#define JAC_OUT_(p) ((jac_out){(p), JAC_ROOM_FOR_(p)})
#define JAC_ROOM_FOR_(p)                                                                           \
    (JAC_IS_ARRAY_(p) ? sizeof(p)                                                                  \
                      : _Generic(1 ? (p) : (p),                                                    \
                            jac *: __builtin_object_size((p), 1),                                  \
                            void *: SIZE_MAX,                                                      \
                            default: JAC_EXACTLY_ | JAC_TREE_SIZE_(*_Generic(1 ? (p) : (p),        \
                                                                             void *: (jac *) NULL, \
                                                                             default: (p)))))
#define JAC_EXACTLY_ (SIZE_MAX / 2 + 1)
#define JAC_IS_ARRAY_(p) \
    (!__builtin_types_compatible_p(__typeof__(p), __typeof__((void) 0, (p))))
#define JAC_TREE_SIZE_(v) (sizeof(jac) * (size_t) JAC_LEAVES_OF_(v))

/* ---- Types, shapes and axes ----------------------------------------------------------------------- */

/* Accepts only a dtype; a number does not compile. */
#define JAC_DTYPE_(d) _Generic((d), jac_dtype: (d))
#define JAC_DTYPE_OPT_(...)  JAC_CAT_(JAC_DTYPE_OPT, JAC_FEW_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_DTYPE_OPT0()     JAC_DEFAULT
#define JAC_DTYPE_OPT1(d)    JAC_DTYPE_(d)
#define JAC_DTYPE_OPT2(...)  jac_only_a_dtype_may_follow_here

/* Converts an integer of any C type to an int64_t; anything else, such as 1.5, does not compile. */
#define JAC_INT_(x)       (JAC_NO_FRACTION_(x) + (int64_t) (x))
#define JAC_INT_COMMA_(x) JAC_INT_(x),
#define JAC_NO_FRACTION_(x)                                                                     \
    _Generic((x), char: 0, signed char: 0, unsigned char: 0, short: 0, unsigned short: 0,       \
             int: 0, unsigned: 0, long: 0, unsigned long: 0, long long: 0,                      \
             unsigned long long: 0)
/* The integer that is given, or else d. */
#define JAC_INT_OR_(d, ...) JAC_CAT_(JAC_INT_OR, JAC_FEW_(__VA_ARGS__))(d, __VA_ARGS__)
#define JAC_INT_OR0(d, ...) d
#define JAC_INT_OR1(d, x)   JAC_INT_(x)
/* Converts an integer, a list of them or an array to a jac_counts. */
#define JAC_COUNTS_(c)                                                                           \
    _Generic((c), jac: jac_counts_array_, jac_dims: jac_counts_list_, char: jac_counts_int_,     \
             signed char: jac_counts_int_, unsigned char: jac_counts_int_, short: jac_counts_int_, \
             unsigned short: jac_counts_int_, int: jac_counts_int_, unsigned: jac_counts_int_,   \
             long: jac_counts_int_, unsigned long: jac_counts_int_, long long: jac_counts_int_,  \
             unsigned long long: jac_counts_int_)(c)
/* Converts a list or one int to a shape. */
#define JAC_SHAPE_(s) _Generic((s), jac_dims: (s), default: JAC_DIMS(_Generic((s), jac_dims: 0, default: (s))))
/* Converts separate ints, or one list, to a list. Without arguments it gives {0, NULL}:
 * none is given. */
#define JAC_AXES_OPT_(...)   JAC_CAT_(JAC_AXES_OPT, JAC_FEW_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_AXES_OPT0()      ((jac_dims){0, NULL})
#define JAC_AXES_OPT1(a)     JAC_SHAPE_(a)
#define JAC_AXES_OPT2(...)   JAC_DIMS(__VA_ARGS__)
/* Like JAC_AXES_OPT_, but gives an empty list without arguments. */
#define JAC_INTS_(...)       JAC_CAT_(JAC_INTS, JAC_FEW_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_INTS0()          JAC_DIMS()
#define JAC_INTS1(a)         JAC_SHAPE_(a)
#define JAC_INTS2(...)       JAC_DIMS(__VA_ARGS__)
/* The default of an option that is a list: it is not given. An int in its place replaces only the
 * count; two ints replace the pointer too, which the library then refuses. */
#define JAC_OMITTED_ {INT64_MIN, &jac_one_axis_}
JAC_API_DATA const int64_t jac_one_axis_;

#endif
