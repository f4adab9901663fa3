/* Which ticks an axis gets (nice numbers, times, those asked for, or cells with names) and how much room the labels take. Plans are made
 * afresh for every picture: they cost some dozens of text widths. Names are never walked from end to end: of many, a few hundred are
 * measured, once, and only those in sight and shown are touched after that. One thread. */
#include "draw/figure_internal.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_SAMPLED = 256, NAME_BYTES_SAMPLED = 64, NUMBERS_SAMPLED = 16, MAX_NUMBERS = 11 };

static bool span_ok(double lo, double hi) { return isfinite(lo) && isfinite(hi) && lo != hi; }

bool axis_has_names(const struct figure_axis *a) { return a->names || (a->ticks_at && a->tick_names); }

static uint64_t hash_bytes(uint64_t h, const void *bytes, size_t num)
{
    for (size_t i = 0; i < num; i++)
        h = (h ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
    return h;
}

static uint64_t hash_names(uint64_t h, const char *const *names, int64_t all)
{
    int64_t num = all < NAMES_SAMPLED ? all : NAMES_SAMPLED;
    for (int64_t i = 0; i < num; i++) {
        const char *name = names[i * (all - 1) / (num > 1 ? num - 1 : 1)];
        for (int j = 0; name && name[j] && j < NAME_BYTES_SAMPLED; j++)
            h = (h ^ (uint8_t)name[j]) * UINT64_C(1099511628211);
        h = (h ^ 0xff) * UINT64_C(1099511628211);
    }
    return hash_bytes(h, &all, sizeof all);
}

/* By content, so that new names in old memory are noticed; bounded work. */
uint64_t axis_fingerprint(const struct figure_axis *a)
{
    uint64_t h = UINT64_C(14695981039346656037);
    const int numbers[] = {a->log, (int)a->side, a->rotated, a->rotated ? a->degrees : 0, a->names_every, a->no_ticks, a->integers,
                           (int)a->format.kind, a->format.number.type, a->format.number.precision, a->format.number.width,
                           a->format.number.grouping, a->format.number.sign, a->at_time != NULL};
    h = hash_bytes(h, numbers, sizeof numbers);
    h = hash_bytes(h, a->format.before, strlen(a->format.before));
    h = hash_bytes(h, a->format.after, strlen(a->format.after));
    if (a->names && a->num_names > 0)
        h = hash_names(h, a->names, a->num_names);
    if (a->ticks_at)
        h = hash_bytes(h, a->ticks_at, (size_t)a->num_ticks_at * sizeof *a->ticks_at);
    if (a->ticks_at && a->tick_names && a->num_tick_names > 0)
        h = hash_names(h, a->tick_names, a->num_tick_names);
    return h;
}

static double cell_place(const struct figure_axis *a, double cell)
{
    return a->cell_place ? a->cell_place(a->cell_place_arg, cell) : cell;
}

double axis_cell_px(const struct figure_axis *a, int64_t i, int length_px)
{
    return (cell_place(a, (double)i + 0.5) - a->cell_lo) / (a->cell_hi - a->cell_lo) * length_px;
}

/* The first cell (of so many) whose centre is at `place` or beyond. */
static int64_t cell_from(const struct figure_axis *a, double place, int64_t cells)
{
    int64_t lo = 0, hi = cells;
    while (lo < hi) {
        int64_t middle = (lo + hi) / 2;
        if (cell_place(a, (double)middle + 0.5) < place)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static int64_t num_cells(const struct figure_axis *a)
{
    if (a->names)
        return a->num_names;
    double per_cell = (a->hi - a->lo) / (a->cell_hi - a->cell_lo), num = round(fabs((a->full_hi - a->full_lo) / per_cell));
    return num >= 0 && num < 9e15 ? (int64_t)num : 0;
}

/* The name of cell i, or its centre's coordinate written into out. */
const char *axis_cell_text(const struct figure_axis *a, int64_t i, char out[TICKS_TEXT])
{
    if (a->names)
        return i < a->num_names && a->names[i] ? a->names[i] : "";
    double v = a->lo + (cell_place(a, (double)i + 0.5) - a->cell_lo) / (a->cell_hi - a->cell_lo) * (a->hi - a->lo);
    double step = fabs((a->hi - a->lo) / (a->cell_hi - a->cell_lo));
    if (a->log)
        step = fabs(pow(10, v + step) - pow(10, v)), v = pow(10, v);
    if (a->format.kind != TICK_FORMAT_AUTO) {
        tick_format_text(&a->format, v, step, out, TICKS_TEXT);
        return out;
    }
    v = step > 0 ? round(v / (step * 1e-3)) * (step * 1e-3) : v; /* 3.0000000004 is 3 */
    char text[36];
    snprintf(text, sizeof(text), a->integers ? "%.0f" : "%.6g", v == 0 ? 0.0 : v);
    snprintf(out, TICKS_TEXT, "%s%s", text[0] == '-' ? "\u2212" : "", text[0] == '-' ? text + 1 : text);
    return out;
}

/* Named ticks are cells' names where those who asked for the ticks gave none. */
const char *axis_tick_text(const struct axis_plan *plan, const struct figure_axis *a, int i)
{
    if (!plan->listed)
        return plan->ticks.text[i];
    int index = plan->index[i];
    if (a->tick_names)
        return index < a->num_tick_names && a->tick_names[index] ? a->tick_names[index] : "";
    if (a->names && span_ok(a->cell_lo, a->cell_hi)) {
        double place = a->cell_lo + (plan->ticks.at[i] - a->lo) / (a->hi - a->lo) * (a->cell_hi - a->cell_lo), cell = floor(place);
        if (a->cell_place) { /* of the two centres round it the cell that it is in */
            cell = (double)cell_from(a, place, a->num_names);
            cell -= cell_place(a, cell) > place;
        }
        return cell >= 0 && cell < (double)a->num_names && a->names[(int64_t)cell] ? a->names[(int64_t)cell] : "";
    }
    return plan->ticks.text[i];
}

/* --- slanted labels --- */

static double sine(int degrees) { return degrees == 0 ? 0 : abs(degrees) == 90 ? 1 : fabs(sin(degrees * (M_PI / 180))); }

static double cosine(int degrees) { return degrees == 0 ? 1 : abs(degrees) == 90 ? 0 : fabs(cos(degrees * (M_PI / 180))); }

int axis_label_depth(const struct figure *f, bool is_x, int degrees, int along_px)
{
    double s = sine(degrees), c = cosine(degrees);
    return (int)ceil(along_px * (is_x ? s : c) + f->m.tick_line * (is_x ? c : s) - 1e-6);
}

int axis_label_fits(const struct figure *f, bool is_x, int degrees, int depth_px)
{
    double s = sine(degrees), c = cosine(degrees), along = is_x ? s : c;
    double fits = along > 0 ? (depth_px - f->m.tick_line * (is_x ? c : s)) / along : 1e6;
    return (int)floor(fmin(fmax(fits, 0), 1e6) + 1e-6);
}

/* How far apart labels of the same alignment must stand along the axis: side by side, or one behind the other. */
static double apart_px(const struct figure *f, bool is_x, int degrees, double along_px, double line_px)
{
    double s = sine(degrees), c = cosine(degrees), by_line = is_x ? s : c, by_length = is_x ? c : s;
    return fmin(by_line > 1e-9 ? line_px / by_line : INFINITY, by_length > 1e-9 ? (along_px + f->m.em) / by_length : INFINITY);
}

static int cut(double px, int most)
{
    return px < 0 ? 0 : px > most ? most : (int)ceil(px);
}

/* By how far a label at `at` of 0 .. length_px reaches beyond the ends of an x axis, which starts (or ends) there when it is slanted. */
static void overhang(struct figure *f, struct axis_plan *plan, int at, int along_px, int length_px)
{
    double half = plan->degrees == 0 ? along_px / 2 + 1 : f->m.tick_line / 2 + 3, lo = half, hi = half;
    if (plan->degrees != 0 && abs(plan->degrees) != 90) {
        double reach = along_px * cosine(plan->degrees) + f->m.tick_line * sine(plan->degrees);
        *(plan->degrees > 0 ? &lo : &hi) = reach;
        *(plan->degrees > 0 ? &hi : &lo) = f->m.tick_line;
    }
    int most = plan->degrees == 0 ? INT_MAX : length_px / 3, over_lo = cut(lo - at, most), over_hi = cut(at + hi - length_px, most);
    plan->over_lo = over_lo > plan->over_lo ? over_lo : plan->over_lo;
    plan->over_hi = over_hi > plan->over_hi ? over_hi : plan->over_hi;
}

/* The same for labels turned along a y axis, which stand in the middle of their tick. */
static void overhang_turned(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, int length_px)
{
    int first = 0, last = length_px, along = plan->widest;
    if (plan->kind == AXIS_CELLS && !a->cell_place) {
        int half = (int)(length_px / fabs(a->cell_hi - a->cell_lo) / 2);
        plan->over_lo = plan->over_hi = cut(along / 2 + 1 - half, length_px / 3);
    }
    for (int i = 0; plan->kind == AXIS_NUMBERS && i < plan->ticks.num; i++) {
        int at = (int)((plan->ticks.at[i] - a->lo) / (a->hi - a->lo) * length_px);
        int half = text_width(f->font, &f->m.tick, axis_tick_text(plan, a, i)) / 2 + 2, lo = first + half - at, hi = at + half - last;
        plan->over_lo = lo > plan->over_lo ? lo : plan->over_lo;
        plan->over_hi = hi > plan->over_hi ? hi : plan->over_hi;
    }
}

/* On the far side a slanted label begins where it would end on the near one. */
static void overhang_sides(struct axis_plan *plan, const struct figure_axis *a)
{
    int lo = plan->over_lo, hi = plan->over_hi, most = lo > hi ? lo : hi;
    if (!axis_is_far(a) || plan->degrees == 0 || abs(plan->degrees) == 90)
        return;
    plan->over_lo = axis_is_near(a) ? most : hi;
    plan->over_hi = axis_is_near(a) ? most : lo;
}

/* --- cells --- */

static int widest_cell(struct figure *f, const struct figure_axis *a, struct names_cache *cache)
{
    if (a->names && cache->measured) /* forgotten when the names' fingerprint changes */
        return cache->widest;
    int64_t all = num_cells(a), most = a->names ? NAMES_SAMPLED : NUMBERS_SAMPLED, num = all < most ? all : most;
    int widest = 0;
    char text[TICKS_TEXT];
    for (int64_t i = 0; i < num; i++) {
        int64_t cell = (int64_t)((double)i * (double)(all - 1) / (double)(num > 1 ? num - 1 : 1));
        int w = text_width(f->font, &f->m.tick, axis_cell_text(a, cell, text));
        widest = w > widest ? w : widest;
    }
    *cache = (struct names_cache){true, widest};
    return widest;
}

static int64_t every_for(double room_px, double cell_px, int n)
{
    double every = ceil(room_px / cell_px - 1e-9);
    every = fmin(fmax(every, 1), 1e15);
    return n > 1 ? (int64_t)ceil(every / n) * n : (int64_t)every;
}

/* Names at an angle are measured where they may reach beyond the plot. */
static void overhang_cells(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, int length_px)
{
    double cell_px = length_px / fabs(a->cell_hi - a->cell_lo), reach = plan->widest + f->m.tick_line;
    char text[TICKS_TEXT];
    int left = NAMES_SAMPLED;
    for (int64_t i = plan->first; i <= plan->last && left > 0; i += plan->every) {
        double px = axis_cell_px(a, i, length_px);
        if (px > reach && px < length_px - reach && !a->cell_place) {
            double skip = floor((length_px - reach - px) / cell_px / (double)plan->every) - 1;
            i += skip > 0 && a->cell_hi > a->cell_lo ? (int64_t)skip * plan->every : 0;
            continue;
        }
        overhang(f, plan, (int)px, text_width(f->font, &f->m.tick, axis_cell_text(a, i, text)), length_px);
        left--;
    }
}

/* Labels at the centres of cells, thinned evenly: cells 0, n, 2n, ... whatever is in sight, so that panning doesn't change them. */
static void plan_cells(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px,
                       enum axis_turn turn)
{
    double lo = fmin(a->cell_lo, a->cell_hi), hi = fmax(a->cell_lo, a->cell_hi), cell_px = length_px / (hi - lo);
    int64_t all = num_cells(a);
    double first = fmax(ceil(lo - 0.5), 0), last = fmin(floor(hi - 0.5), (double)all - 1);
    if (a->cell_place) {
        first = (double)cell_from(a, lo, all);
        last = (double)cell_from(a, hi, all) - 1;
    }
    if (!(first <= last))
        return;
    plan->kind = AXIS_CELLS;
    plan->widest = widest_cell(f, a, is_x ? &f->names_x : &f->names_y);
    int most = a->rotated ? (length_px / 3 > 4 * f->m.em ? length_px / 3 : 4 * f->m.em) : plan->widest;
    if (plan->degrees == (is_x ? 0 : 90) || plan->degrees == (is_x ? 0 : -90)) /* along the axis: none may take all of it */
        plan->widest = plan->widest < most ? plan->widest : most;
    double line = f->m.tick_line + 2;
    plan->every = every_for(apart_px(f, is_x, plan->degrees, plan->widest, line), cell_px, a->names_every);
    if (is_x && !a->rotated) {
        int64_t across = every_for(line, cell_px, a->names_every), least = a->names_every > 1 ? a->names_every : 1;
        if (turn == TURN_ALWAYS || (turn == TURN_BY_RULE && plan->every > least && across < plan->every)) {
            plan->degrees = 90;
            plan->every = across;
        }
    }
    plan->first = ((int64_t)first + plan->every - 1) / plan->every * plan->every;
    plan->last = (int64_t)last;
    int half = (plan->degrees ? f->m.tick_line : plan->widest) / 2 + 1;
    if (is_x && (a->cell_place || (plan->degrees != 0 && abs(plan->degrees) != 90))) {
        overhang_cells(f, plan, a, length_px);
    } else if (is_x && plan->every > 1) {
        plan->over_lo = half;
        plan->over_hi = half;
    } else if (is_x) {
        int over = half - (int)(cell_px / 2);
        plan->over_lo = plan->over_hi = over > 0 ? over : 0;
    }
}

/* --- numbers --- */

static double number_px(const struct figure_axis *a, double v, int length_px)
{
    return (v - a->lo) / (a->hi - a->lo) * length_px;
}

double figure_axis_px(const struct figure_axis *a, double v, int length_px)
{
    if (!span_ok(a->lo, a->hi))
        return NAN;
    return number_px(a, a->log ? (v > 0 ? log10(v) : NAN) : v, length_px);
}

static int widest_tick(struct figure *f, const struct axis_plan *plan, const struct figure_axis *a)
{
    int widest = 0;
    for (int i = 0; i < plan->ticks.num; i++) {
        int w = text_width(f->font, &f->m.tick, axis_tick_text(plan, a, i));
        widest = w > widest ? w : widest;
    }
    return widest;
}

static void overhang_ticks(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, int length_px)
{
    for (int i = 0; i < plan->ticks.num; i++)
        overhang(f, plan, (int)number_px(a, plan->ticks.at[i], length_px),
                 text_width(f->font, &f->m.tick, axis_tick_text(plan, a, i)), length_px);
}

/* The part of the axis where the grid is, when the picture shows more than that. */
static bool grid_part(const struct figure_axis *a, double *lo, double *hi)
{
    *lo = fmin(a->lo, a->hi);
    *hi = fmax(a->lo, a->hi);
    if (span_ok(a->full_lo, a->full_hi)) {
        *lo = fmax(*lo, fmin(a->full_lo, a->full_hi));
        *hi = fmin(*hi, fmax(a->full_lo, a->full_hi));
    }
    return *lo < *hi;
}

static void to_logs(struct ticks *t)
{
    for (int i = 0; i < t->num; i++)
        t->at[i] = log10(t->at[i]);
    for (int i = 0; i < t->num_minor; i++)
        t->minor[i] = log10(t->minor[i]);
}

static void choose_numbers(struct ticks *t, const struct figure_axis *a, double lo, double hi, int max_num)
{
    if (a->log)
        ticks_norm(t, &(struct norm){NORM_LOG, pow(10, lo), pow(10, hi), 1}, max_num);
    else
        ticks_linear(t, lo, hi, max_num, a->integers);
    ticks_apply_format(t, &a->format);
    if (a->log)
        to_logs(t);
}

static double least_gap_px(const struct ticks *t, const struct figure_axis *a, int length_px)
{
    double least = INFINITY;
    for (int i = 1; i < t->num; i++)
        least = fmin(least, fabs(number_px(a, t->at[i], length_px) - number_px(a, t->at[i - 1], length_px)));
    return least;
}

static double first_guess_px(const struct figure *f, const struct axis_plan *plan, bool is_x)
{
    return is_x && plan->degrees == 0 ? 2.5 * f->m.em : 2 * f->m.tick_line;
}

/* As many numbers as stand apart. */
static void plan_numbers(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px)
{
    double lo, hi;
    if (!grid_part(a, &lo, &hi))
        return;
    plan->kind = AXIS_NUMBERS;
    int max_num = (int)fmin((hi - lo) / fabs(a->hi - a->lo) * length_px / first_guess_px(f, plan, is_x) + 1, MAX_NUMBERS);
    for (; max_num >= 1; max_num--) {
        choose_numbers(&plan->ticks, a, lo, hi, max_num);
        plan->widest = widest_tick(f, plan, a);
        int num = plan->ticks.num;
        if (num <= 1)
            break;
        double step_px = a->log ? least_gap_px(&plan->ticks, a, length_px)
                                : (plan->ticks.at[1] - plan->ticks.at[0]) / fabs(a->hi - a->lo) * length_px;
        if (step_px >= apart_px(f, is_x, plan->degrees, plan->widest, 1.4 * f->m.tick_line))
            break;
        max_num = num < max_num ? num : max_num;
    }
}

/* Times needn't be evenly spread: what counts is that no two labels come too close. */
static void plan_times(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px)
{
    double first = a->at_time(a->at_time_arg, a->time_lo), last = a->at_time(a->at_time_arg, a->time_hi), end = is_x ? a->hi : a->lo;
    bool date_of_first = fabs(first - end) < fabs(last - end); /* where the offset stands: right of an x axis, above a y axis */
    plan->kind = AXIS_NUMBERS;
    for (int max_num = (int)fmin(length_px / first_guess_px(f, plan, is_x) + 1, MAX_NUMBERS); max_num >= 1; max_num--) {
        struct ticks *t = &plan->ticks;
        ticks_time(t, a->time_lo, a->time_hi, max_num, date_of_first);
        plan->widest = widest_tick(f, plan, a);
        for (int i = 0; i < t->num; i++)
            t->at[i] = a->at_time(a->at_time_arg, a->time_lo + (int64_t)t->at[i]);
        if (least_gap_px(t, a, length_px) >= apart_px(f, is_x, plan->degrees, plan->widest, 1.4 * f->m.tick_line))
            break;
    }
}

/* Those asked for, as far as they are in sight. */
static void plan_list(struct figure *f, struct axis_plan *plan, const struct figure_axis *a)
{
    double lo, hi, step = 0;
    struct ticks *t = &plan->ticks;
    if (!grid_part(a, &lo, &hi))
        return;
    double slack = (hi - lo) * 1e-9;
    plan->kind = AXIS_NUMBERS;
    plan->listed = true;
    for (int i = 0; i + 1 < a->num_ticks_at; i++) {
        double d = fabs(a->ticks_at[i + 1] - a->ticks_at[i]);
        step = d > 0 && (step == 0 || d < step) ? d : step;
    }
    for (int i = 0; i < a->num_ticks_at && i < TICKS_MAX; i++) {
        double v = a->ticks_at[i], at = a->log ? (v > 0 ? log10(v) : NAN) : v;
        if (!(at >= lo - slack && at <= hi + slack))
            continue;
        t->at[t->num] = at;
        plan->index[t->num] = (uint8_t)i;
        if (a->unix_time && a->format.kind == TICK_FORMAT_AUTO)
            ticks_time_text((int64_t)(v * 1e9), (int64_t)(fmin(fmax(step, 1), 1e9) * 1e9), t->text[t->num++], TICKS_TEXT);
        else
            tick_format_text(&a->format, v, step, t->text[t->num++], TICKS_TEXT);
    }
    plan->widest = widest_tick(f, plan, a);
}

void axis_plan_make(struct figure *f, struct axis_plan *plan, const struct figure_axis *a, bool is_x, int length_px,
                    enum axis_turn turn)
{
    plan->kind = AXIS_NONE;
    plan->ticks.num = plan->ticks.num_minor = 0;
    plan->ticks.offset[0] = 0;
    plan->listed = false;
    plan->degrees = a->rotated ? a->degrees : 0;
    plan->widest = plan->depth = plan->over_lo = plan->over_hi = 0;
    if (a->no_ticks || a->side == SIDE_NONE || length_px < 1)
        return;
    bool cells = span_ok(a->cell_lo, a->cell_hi) && (a->names || (a->names_every > 0 && span_ok(a->lo, a->hi)));
    bool numbers = span_ok(a->lo, a->hi) && isfinite(a->hi - a->lo);
    if (a->ticks_at && numbers)
        plan_list(f, plan, a);
    else if (cells)
        plan_cells(f, plan, a, is_x, length_px, turn);
    else if (!a->names && a->at_time && a->time_lo < a->time_hi && span_ok(a->lo, a->hi))
        plan_times(f, plan, a, is_x, length_px);
    else if (!a->names && numbers)
        plan_numbers(f, plan, a, is_x, length_px);
    if (plan->kind == AXIS_NUMBERS && is_x)
        overhang_ticks(f, plan, a, length_px);
    if (is_x)
        overhang_sides(plan, a);
    else if (abs(plan->degrees) == 90)
        overhang_turned(f, plan, a, length_px);
    plan->depth = axis_label_depth(f, is_x, plan->degrees, plan->widest);
}
