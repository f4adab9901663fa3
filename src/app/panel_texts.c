/* --annot-from: the words for cells that a panel's view gets, when they have the shape of its frames. Render thread. */
#include "app/panel_internal.h"
#include "base/log.h"

void panel_fit_texts(struct panel *p, int64_t rows, int64_t cols)
{
    if (!p->texts || (rows == p->texts_shape[0] && cols == p->texts_shape[1]))
        return;
    p->texts_shape[0] = rows;
    p->texts_shape[1] = cols;
    struct view_cell_texts *t = &p->cell_texts;
    int64_t had_rows, had_cols;
    view_set_cell_texts(p->view, NULL);
    annot_file_shape(p->texts, &had_rows, &had_cols);
    p->texts_fit = annot_file_fit(p->texts, rows, cols, &t->numbers, &t->words);
    t->rows = rows;
    t->cols = cols;
    if (p->texts_fit)
        view_set_cell_texts(p->view, t);
    else
        log_error("--annot-from %s: %lld x %lld cells, but the matrix has %lld x %lld", p->options->run.annot_from, (long long)had_rows,
                  (long long)had_cols, (long long)rows, (long long)cols);
}

bool panel_texts_fit(const struct panel *p)
{
    return !p->texts || p->texts_fit;
}
