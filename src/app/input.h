/* Mouse and keys to actions; knows nothing of any window library. Coordinates are picture pixels, y down. Render thread. */
#ifndef APP_INPUT_H
#define APP_INPUT_H

#include "app/app.h"
#include "app/entry.h"
#include "app/finder.h"
#include "app/overlay.h"
#include "app/save_history.h"
#include "app/sliders.h"
#include "app/timeline.h"

enum drag { DRAG_NONE, DRAG_PRESSED, DRAG_PAN, DRAG_BOX, DRAG_TIME, DRAG_AXIS, DRAG_MAP };
enum button { BUTTON_LEFT, BUTTON_RIGHT };

struct ui {
    struct app *app;
    struct overlay overlay;
    struct timeline timeline;
    struct sliders sliders;
    struct entry entry;
    struct finder finder;
    struct save_history *saving; /* NULL: not now */
    char *help_text;
    struct buf readout[2];  /* what is shown, and room for the next: reading out allocates nothing */
    bool dirty;             /* the overlay changed */
    int64_t message_until_ns;
    bool toggle_fullscreen; /* a wish to the window */
    double scale;           /* pixels per point of the overlay's text, as the figure's */
    /* pointer */
    bool inside;
    double x, y; /* in the panel in focus */
    enum drag drag;
    double press_x, press_y;
    int64_t last_click_ns;
    double last_click_x, last_click_y;
};

void ui_init(struct ui *ui, struct app *app);
void ui_fini(struct ui *ui);
/* Where the heatmap of the panel in focus is in the picture. */
struct rect ui_plot_rect(const struct ui *ui);
/* Show a line for two seconds. Copied. */
void ui_message(struct ui *ui, const char *text);
void ui_note(struct ui *ui, const char *text, int64_t for_ns); /* the same, for so long */
/* Refresh read-out, info and messages before a picture is made. */
void ui_update(struct ui *ui);
/* When ui_update should run again although nothing happens; INT64_MAX: never. */
int64_t ui_next_update_ns(const struct ui *ui);
/* The picture without overlay into a new file, heatscope-DATE-TIME.png. */
void ui_save_picture(struct ui *ui);
/* The frames that the panel in focus keeps, into new files heatscope-DATE-TIME.hsr and .npy; goes on by itself. */
void ui_save_history(struct ui *ui);
/* Draw all of it over the picture. */
void ui_draw(struct ui *ui);

void input_pointer(struct ui *ui, double x, double y);
void input_pointer_left(struct ui *ui);
void input_button(struct ui *ui, enum button b, bool pressed);
/* dy > 0: away from the user, zooms in. */
void input_wheel(struct ui *ui, double dy);

#endif
