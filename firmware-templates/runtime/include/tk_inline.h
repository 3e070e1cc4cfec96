/* How kernels get into a model: inlined where they are called, so that the compiler knows all parameters. */
#ifndef TK_INLINE_H
#define TK_INLINE_H

#if defined(__GNUC__)
#define TK_INLINE inline __attribute__((always_inline))
/* One copy for all callers, of which there may be none. */
#define TK_NOINLINE __attribute__((noinline, unused))
/* An array of bytes whose words are loaded several at a time. */
#define TK_ALIGNED __attribute__((aligned(4)))
#else
#define TK_INLINE inline
#define TK_NOINLINE
#define TK_ALIGNED
#endif

/* A part of a kernel that it has in several places: TK_OPTIMIZE_SIZE leaves one copy, and no unrolled loops. */
#ifdef TK_OPTIMIZE_SIZE
#define TK_PART TK_NOINLINE
#else
#define TK_PART TK_INLINE
#endif

/* Nothing is loaded before what stands above this: where all of an unrolled loop's loads came first, registers would
 * not hold them. */
#if defined(__GNUC__)
#define TK_IN_ORDER __asm__ volatile("" ::: "memory")
#else
#define TK_IN_ORDER ((void)0)
#endif

/* Before a loop that runs a few times, as often each time: clang unrolls it unasked, gcc before 8 knows no such word. */
#if defined(__GNUC__) && __GNUC__ >= 8 && !defined(__clang__) && !defined(TK_OPTIMIZE_SIZE)
#define TK_UNROLL _Pragma("GCC unroll 8")
#else
#define TK_UNROLL
#endif

#endif
