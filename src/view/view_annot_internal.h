/* Numbers in cells: what view_annot.c (sizes, glyphs) and view_annot_texts.c share. Private to both. */
#ifndef VIEW_VIEW_ANNOT_INTERNAL_H
#define VIEW_VIEW_ANNOT_INTERNAL_H

#include "draw/annot.h"
#include "plot/format.h"
#include "view/view_annot.h"

#define ANNOT_MIN_PX 5.0f /* of type: nothing below */

enum annot_size { SIZE_USUAL, SIZE_BETWEEN, SIZE_SMALL, NUM_SIZES };
enum annot_ink { INK_NONE, INK_DARK, INK_LIGHT, NUM_INKS };
enum { ANNOT_NUM_COLORS = COLORMAP_SIZE + 3 }; /* and bad, under, over */

/* Pixels [px0, px1) of an axis show this cell (in display order); in its middle this texel. */
struct annot_line {
    int64_t cell;
    int px0, px1, texel;
    float room; /* of a column: pixels for its texts */
};

struct annot_lines {
    struct annot_line *items;
    int num, cap;
};

struct annot_cell {
    float ems;      /* width of its text */
    uint16_t len;
    uint8_t ink, size;
    bool other;     /* not ASCII: text.c sets it */
};

struct annot_row {
    uint64_t used[2];
    int num[NUM_INKS], first[NUM_INKS]; /* glyphs in the list */
    bool other;
};

struct view_annot {
    char *text; /* of the format */
    bool parsed;
    struct number_format format;
    bool has_ems;
    float ems[ANNOT_CHARS], cap_ems;

    struct annot_lines rows, cols;
    struct annot_cell *cells;
    struct annot_row *row_infos;
    char *texts; /* `slot` bytes a cell */
    size_t cap_cells, cap_texts;
    int cap_rows, slot;
    bool is_light[ANNOT_NUM_COLORS]; /* the cell's colour, so its ink is dark */
    float linear[256];         /* of sRGB bytes */

    /* The widths of lately, so that sizes don't flicker with a stream's numbers: the greatest of this block of pictures, and of the last. */
    struct annot_widths {
        float usual, widest; /* ems */
    } widths, widths_before;
    int num_pictures;
    double calm_key[4];
    bool drawn;            /* there were numbers in the last picture */
    struct annot_type types[NUM_SIZES];
};

/* Pixels for text in a cell of that size, so that numbers side by side stay apart. */
float view_annot_room(const struct view *v, double cell_px);
/* view_annot_texts.c: lines, cells and texts of what is in sight, for cells with room_w pixels for text. HS_OK and false: there are
 * none, or too many could not be read. */
enum hs_status view_annot_texts(struct view *v, float room_w, bool *readable);

/* The width in ems that nine of ten texts of the whole matrix have room in, by a sample; 0: there are no texts. */
float view_annot_sample_ems(struct view *v);

static inline char *annot_slot(const struct view_annot *a, size_t cell)
{
    return a->texts + cell * (size_t)a->slot;
}

#endif
