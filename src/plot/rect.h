#ifndef PLOT_RECT_H
#define PLOT_RECT_H

/* Pixels, y down, half open: [x, x+w) x [y, y+h). */
struct rect {
    int x, y, w, h;
};

#endif
