/* How kernels get into a model: inlined where they are called, so that the compiler knows all parameters. */
#ifndef TK_INLINE_H
#define TK_INLINE_H

#if defined(__GNUC__)
#define TK_INLINE inline __attribute__((always_inline))
/* One copy for all callers. */
#define TK_NOINLINE __attribute__((noinline))
#else
#define TK_INLINE inline
#define TK_NOINLINE
#endif

#endif
