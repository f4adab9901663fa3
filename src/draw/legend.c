/* Categories: swatches with names instead of a colorbar; beside the plot a column, the first on top as in matplotlib's legends, above or
 * below it a row in its middle. What there is no room for is counted in the last entry. One thread. */
#include "draw/colorbar_internal.h"
#include <stdio.h>

int legend_swatch(const struct figure *f) { return f->m.em; }

static const char *name_of(const struct figure_params *p, int i)
{
    return i < p->cbar.num_categories ? p->cbar.categories[i] : p->bad_label ? p->bad_label : "NaN";
}

static int num_entries(const struct figure *f, const struct figure_params *p) { return p->cbar.num_categories + f->needs.bad; }

int legend_widest(struct figure *f, const struct figure_params *p)
{
    int widest = 0, most = p->width_px / 4;
    for (int i = 0; i < num_entries(f, p); i++) {
        int w = text_width(f->font, &f->m.tick, name_of(p, i));
        widest = w > widest ? w : widest;
    }
    return widest < most ? widest : most;
}

int legend_depth(const struct figure *f, const struct figure_params *p)
{
    const struct figure_metrics *m = &f->m;
    if (cbar_is_flat(p))
        return m->bar_gap + m->tick_line + 2 * m->frame;
    return m->bar_gap + 2 * m->frame + legend_swatch(f) + m->gap_y + f->needs.bar_labels;
}

static void entry(struct figure *f, const struct figure_params *p, struct draw_list *l, int i, int x, int middle, int room)
{
    const struct figure_metrics *m = &f->m;
    int side = legend_swatch(f);
    char text[128];
    struct rect r = {x + m->frame, middle - side / 2, side, side};
    if (i < p->cbar.num_categories) {
        draw_list_rect(l, r, p->cbar.category_colors[i]);
        draw_list_frame(l, r, m->frame, p->ink);
    } else
        colorbar_bad_swatch(f, p, l, r);
    if (text_shorten(f->font, &m->tick, name_of(p, i), room, text, sizeof text))
        figure_text(f, l, &m->tick, r.x + side + m->frame + m->gap_y, middle, TEXT_START, TEXT_CENTER, text);
}

static void rest(struct figure *f, struct draw_list *l, int num, int x, int middle)
{
    char text[32];
    snprintf(text, sizeof text, "+%d", num);
    figure_text(f, l, &f->m.tick, x + f->m.frame, middle, TEXT_START, TEXT_CENTER, text);
}

static void column(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect r)
{
    int num = num_entries(f, p), pitch = f->m.tick_line * 14 / 10 + 1;
    int most = r.h / pitch > 1 ? r.h / pitch : 1, shown = num <= most ? num : most - 1;
    for (int i = 0; i < shown; i++)
        if (i < p->cbar.num_categories || p->has_bad)
            entry(f, p, l, i, r.x, r.y + pitch / 2 + i * pitch, f->needs.bar_labels);
    if (shown < num)
        rest(f, l, num - shown, r.x, r.y + pitch / 2 + shown * pitch);
}

static void row(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect r)
{
    const struct figure_metrics *m = &f->m;
    int num = num_entries(f, p), middle = r.y + r.h / 2, head = legend_swatch(f) + 2 * m->frame + m->gap_y;
    int all = (num - 1) * m->em, x = r.x;
    for (int i = 0; i < num; i++)
        all += head + text_width(f->font, &m->tick, name_of(p, i));
    x += all < r.w ? (r.w - all) / 2 : 0;
    for (int i = 0; i < num; i++) {
        int w = head + text_width(f->font, &m->tick, name_of(p, i)), end = r.x + r.w - (i + 1 < num ? 3 * m->em : 0);
        if (x + w > end) {
            rest(f, l, num - i, x, middle);
            return;
        }
        if (i < p->cbar.num_categories || p->has_bad)
            entry(f, p, l, i, x, middle, w - head);
        x += w + m->em;
    }
}

void legend_draw(struct figure *f, const struct figure_params *p, struct draw_list *l, struct rect block)
{
    if (cbar_is_flat(p))
        row(f, p, l, block);
    else
        column(f, p, l, block);
}
