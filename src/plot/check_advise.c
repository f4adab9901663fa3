/* What to change, in options. Any thread. */
#include "plot/check.h"
#include <math.h>
#include <stdio.h>

struct advice {
    const struct check_subject *s;
    void (*say)(void *arg, const char *what, const char *options);
    void *arg;
};

static void say(const struct advice *a, const char *what, const char *options)
{
    a->say(a->arg, what, options);
}

static void about_map(const struct advice *a)
{
    const struct check_map *m = a->s->map;
    char text[200];
    if (check_is_rainbow(a->s->cmap))
        say(a, "a rainbow has no order that people see, and draws edges where the data have none", "--cmap viridis");
    else if (m->kind == CHECK_UNORDERED)
        say(a, "lightness goes up and down: more doesn't look like more", "--cmap viridis");
    else if (m->kind == CHECK_QUALITATIVE && !a->s->categories)
        say(a, "these colours are for categories; ordered values need an ordered map", "--cmap viridis, or --categories auto");
    if (m->kind != CHECK_QUALITATIVE && !m->even) {
        snprintf(text, sizeof text, "steps are uneven (least %.2f, median %.2f, greatest %.2f): equal differences look unequal", m->step[0], m->step[1],
                 m->step[2]);
        say(a, text, m->kind == CHECK_DIVERGING ? "--cmap vlag" : "--cmap cividis");
    }
    for (int k = CVD_PROTAN; k < CVD_NUM && m->kind != CHECK_QUALITATIVE && m->kind != CHECK_CYCLIC; k++) {
        const struct check_vision *v = &m->vision[k];
        if (v->apart)
            continue;
        bool ends = v->ends < 10, two = m->kind == CHECK_DIVERGING && k == CVD_MONO;
        if (two) /* a diverging map can't, by its nature */
            continue;
        snprintf(text, sizeof text, "%s: %s can't be told apart", cvd_name((enum cvd_kind)k), ends ? "the two ends" : "an end and the middle");
        say(a, text, m->kind == CHECK_DIVERGING ? "--cmap RdBu_r" : "--cmap cividis");
    }
}

/* The middle of a diverging map has a meaning: it should be where the data have it. */
static void about_middle(const struct advice *a)
{
    const struct check_data *d = a->s->data;
    const struct norm *n = a->s->norm;
    bool off = fabs(norm_forward(n, a->s->middle) - norm_forward(n, a->s->centre)) > 0.05; /* of the colours */
    int64_t least = d->num_negative < d->num_positive ? d->num_negative : d->num_positive;
    bool both = (double)least > 0.1 * (double)d->finite;
    char text[200], option[60];
    if (a->s->map->kind == CHECK_DIVERGING && off && a->s->centred) {
        snprintf(text, sizeof text, "the middle colour is at %.4g, not at %.4g", a->s->middle, a->s->centre);
        snprintf(option, sizeof option, "--vcenter %.4g", a->s->centre);
        say(a, text, n->kind == NORM_TWO_SLOPE ? option : "--norm two-slope, or --norm linear");
    } else if (a->s->map->kind == CHECK_DIVERGING && off && both) {
        snprintf(text, sizeof text, "the middle colour is at %.4g, not at 0, though the data lie on both sides of it", a->s->middle);
        say(a, text, "--center 0");
    } else if (a->s->map->kind == CHECK_DIVERGING && !both && !a->s->centred)
        say(a, "a diverging map says that the middle means something; these data have no such value that is known", "--cmap viridis, or --center V");
    else if (a->s->map->kind == CHECK_SEQUENTIAL && both && n->kind == NORM_LINEAR)
        say(a, "the data lie on both sides of 0; a diverging map shows which", "--cmap vlag --center 0");
}

static void about_ends(const struct advice *a, struct check_use u)
{
    const struct check_data *d = a->s->data;
    char text[200], option[80];
    if (u.under > 0.05) {
        snprintf(text, sizeof text, "%.1f %% of the cells are below vmin and look alike", 100 * u.under);
        snprintf(option, sizeof option, "--vmin %.4g, or --under COLOUR to mark them", d->min);
        say(a, text, option);
    }
    if (u.over > 0.05) {
        snprintf(text, sizeof text, "%.1f %% of the cells are above vmax and look alike", 100 * u.over);
        snprintf(option, sizeof option, "--vmax %.4g, or --over COLOUR to mark them", d->max);
        say(a, text, option);
    }
}

static void about_norm(const struct advice *a, struct check_use u)
{
    const struct check_data *d = a->s->data;
    bool linear = a->s->norm->kind == NORM_LINEAR || a->s->norm->kind == NORM_ZSCALE;
    bool wide = d->min > 0 && d->max / d->min > 100;
    char text[200];
    if (a->s->categories || !linear)
        return;
    if (u.lowest > 0.33 || u.highest > 0.33) {
        snprintf(text, sizeof text, "%.0f %% of the cells share the %s 5 %% of the colours", 100 * fmax(u.lowest, u.highest),
                 u.lowest > u.highest ? "lowest" : "highest");
        say(a, text, wide ? "--norm log, or --robust" : d->num_negative ? "--norm symlog, or --robust" : "--robust, --norm asinh, or --norm histeq");
    } else if (u.for_90 < 26 && !d->whole && d->finite > 1000) {
        snprintf(text, sizeof text, "90 %% of the cells have %d of 256 colours: what differs among them hardly shows", u.for_90);
        say(a, text, wide ? "--norm log, or --robust" : "--robust, or --norm histeq");
    }
}

static void about_bad(const struct advice *a)
{
    const struct check_data *d = a->s->data;
    char text[200];
    double least = INFINITY;
    struct lab bad = lab_from_color(a->s->bad);
    for (int i = 0; i < COLORMAP_SIZE; i += 2)
        least = fmin(least, lab_distance(bad, lab_from_color(a->s->lut[i])));
    if (d->nan && least < 10 && !a->s->hatched && a->s->bad.a == 255) {
        snprintf(text, sizeof text, "the colour of bad cells is close to one of the map (distance %.1f)", least);
        say(a, text, "--bad-hatch /, or --bad COLOUR");
    }
    if (d->outside) {
        snprintf(text, sizeof text, "%.1f %% of the cells have no place in the norm (zero or less) and are shown as bad",
                 100.0 * (double)d->outside / (double)(d->finite > 0 ? d->finite : 1));
        say(a, text, "--norm symlog");
    }
}

void check_advise(const struct check_subject *s, void (*out)(void *arg, const char *what, const char *options), void *arg)
{
    struct advice a = {s, out, arg};
    about_map(&a);
    if (!s->data || !s->data->finite)
        return;
    struct check_use u = check_use_of(s->data);
    if (!s->categories)
        about_middle(&a);
    about_ends(&a, u);
    about_norm(&a, u);
    about_bad(&a);
}
