/* What lies beside the colorbar: how many cells have each colour, and what share of them lies beyond its ends. Lengths go with the square
 * root of the counts, so that rare values show beside common ones. One thread. */
#include "draw/colorbar_internal.h"
#include <math.h>
#include <stdio.h>

enum { LEAST_BIN_PX = 3, LEAST_BINS = 8 };

/* One bar of so many pixels, its last one thinned. */
static void bin(struct draw_list *l, const struct bar_place *b, int begin, int end, double px, struct color c, struct color back)
{
    int whole = (int)px, part = (int)lround((px - whole) * 255);
    int base = b->plan.flat ? (b->outwards_down ? b->bar.y - b->hist_w : b->bar.y + b->bar.h) : b->outwards_down ? b->bar.x - b->hist_w : b->bar.x + b->bar.w;
    for (int piece = 0; piece < 2; piece++) {
        int from = piece ? whole : 0, len = piece ? part > 0 : whole;
        int at = b->outwards_down ? base + b->hist_w - from - len : base + from;
        struct color ink = piece ? colorbar_muted(c, back, part) : c;
        draw_list_rect(l, b->plan.flat ? (struct rect){begin, at, end - begin, len} : (struct rect){at, begin, len, end - begin}, ink);
    }
}

void colorbar_histogram(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b)
{
    const uint32_t *counts = p->cbar.hist;
    int length = b->plan.flat ? b->bar.w : b->bar.h, merge = 1;
    if (!counts || !b->hist_w)
        return;
    uint32_t most = 0, sum = 0;
    for (int i = 0; i < CBAR_HIST_BINS; i++)
        sum += counts[i];
    double bins = fmax(3 * cbrt(sum), LEAST_BINS); /* of few cells many bins show chance, not shape */
    while (CBAR_HIST_BINS / merge > 1 && (length * merge < LEAST_BIN_PX * CBAR_HIST_BINS || CBAR_HIST_BINS / merge > bins))
        merge *= 2;
    for (int i = 0; i < CBAR_HIST_BINS; i++) {
        sum = i % merge ? sum + counts[i] : counts[i];
        most = sum > most ? sum : most;
    }
    int room = b->hist_w - f->m.frame, num = CBAR_HIST_BINS / merge;
    struct color c = colorbar_muted(p->ink, p->background, 92);
    for (int i = 0; i < num && most; i++) {
        sum = 0;
        for (int k = 0; k < merge; k++)
            sum += counts[i * merge + k];
        if (!sum)
            continue;
        double px = fmax(1, room * sqrt((double)sum / most));
        int begin = i * length / num, end = (i + 1) * length / num;
        if (b->plan.flat)
            bin(l, b, b->bar.x + begin, b->bar.x + end, px, c, p->background);
        else
            bin(l, b, b->bar.y + length - end, b->bar.y + length - begin, px, c, p->background);
    }
}

void colorbar_share_text(double share, char out[16])
{
    double percent = share * 100;
    if (percent < 0.1)
        snprintf(out, 16, "<0.1 %%");
    else
        snprintf(out, 16, percent < 9.95 ? "%.1f %%" : "%.0f %%", percent);
}

static void share(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b, bool high)
{
    const struct figure_metrics *m = &f->m;
    char exact[16], text[24];
    struct text_style style = m->small;
    style.color = colorbar_muted(p->ink, p->background, 178);
    colorbar_share_text(high ? p->cbar.share_over : p->cbar.share_under, exact);
    snprintf(text, sizeof text, "%s%s", p->cbar.shares_estimated && exact[0] != '<' ? "≈" : "", exact);
    int w = text_width(f->font, &style, text), triangle = high ? b->plan.hi_triangle : b->plan.lo_triangle;
    if (b->plan.flat) {
        int x = high ? b->bar.x + b->bar.w + triangle + m->frame + m->gap : b->bar.x - triangle - m->frame - m->gap;
        figure_text(f, l, &style, x, b->bar.y + b->bar.h / 2, high ? TEXT_START : TEXT_END, TEXT_CENTER, text);
        return;
    }
    int room = high ? b->plan.hi_share : b->plan.lo_share;
    int y = high ? b->bar.y - triangle - room : b->bar.y + b->bar.h + triangle + room - m->small_line, x = b->bar.x + b->bar.w / 2 - w / 2;
    int least = b->outwards_down ? f->plot.x + f->plot.w + m->spine + f->far_w + 2 : m->pad;
    int most = (b->outwards_down ? f->column_right - (f->has_barlabel ? m->gap : 0) : f->bar_left + colorbar_depth(f, p) - 2) - w;
    x = x > most ? most : x;
    if (x < least && most < least)
        return;
    x = x < least ? least : x;
    figure_text(f, l, &style, x, y, TEXT_START, TEXT_START, text);
}

void colorbar_shares(struct figure *f, const struct figure_params *p, struct draw_list *l, const struct bar_place *b)
{
    if (b->plan.hi_share && p->cbar.share_over > 0)
        share(f, p, l, b, true);
    if (b->plan.lo_share && p->cbar.share_under > 0)
        share(f, p, l, b, false);
}
