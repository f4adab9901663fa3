/* What the options of the colorbar say. Pure functions; any thread. */
#ifndef PLOT_CBAR_H
#define PLOT_CBAR_H

#include <stdbool.h>
#include <stddef.h>

/* The order of the option's choices. */
enum cbar_extend { CBAR_EXTEND_AUTO, CBAR_EXTEND_NEITHER, CBAR_EXTEND_MIN, CBAR_EXTEND_MAX, CBAR_EXTEND_BOTH };

enum { CBAR_MAX_TICKS = 64 };

/* "20" or "20px": pixels at 100 dpi; "3%": of the picture's width (height). What isn't meant is 0. */
bool cbar_size_parse(const char *text, double *pt, double *share, char *message, size_t size);
/* "none" (max_num 0), "n" (at most so many) or "a,b,c" (num of them in at). */
bool cbar_ticks_parse(const char *text, int *max_num, double at[CBAR_MAX_TICKS], int *num, char *message, size_t size);

#endif
