/* Pointer gestures: left-drag pans by exactly the pixels dragged, right-drag makes a zoom box, the wheel zooms at the pointer, a click
 * prints the cell as a line of JSON, a double click fits; a drag on the time line scrubs, one on the overview map
 * shows what is under it. */
#include "app/input.h"
#include "app/commands.h"
#include "app/panels.h"
#include "base/clock.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DRAG_THRESHOLD_PX = 4, DOUBLE_CLICK_NS = 350000000 };

static struct view *view_of(struct ui *ui)
{
    return panel_view(ui->app->panel);
}

static struct rect box_between(double x0, double y0, double x1, double y1)
{
    int left = (int)fmin(x0, x1), top = (int)fmin(y0, y1);
    return (struct rect){left, top, (int)fmax(x0, x1) - left, (int)fmax(y0, y1) - top};
}

static void follow_drag(struct ui *ui, double x, double y)
{
    bool far = fabs(x - ui->press_x) >= DRAG_THRESHOLD_PX || fabs(y - ui->press_y) >= DRAG_THRESHOLD_PX;
    if (ui->drag == DRAG_PRESSED && far) {
        ui->drag = DRAG_PAN;
        view_pan_px(view_of(ui), x - ui->press_x, y - ui->press_y);
    } else if (ui->drag == DRAG_PAN)
        view_pan_px(view_of(ui), x - ui->x, y - ui->y);
    else if (ui->drag == DRAG_BOX) {
        ui->overlay.box = far;
        struct rect area = panels_focus_area(ui->app);
        ui->overlay.box_px = box_between(ui->press_x + area.x, ui->press_y + area.y, x + area.x, y + area.y);
    }
}

void input_pointer(struct ui *ui, double x, double y)
{
    struct rect area = ui->drag == DRAG_NONE ? panels_focus_at(ui->app, x, y) : panels_focus_area(ui->app);
    if (ui->drag == DRAG_TIME)
        timeline_scrub(&ui->timeline, x);
    else if (ui->drag == DRAG_AXIS)
        sliders_drag(&ui->sliders, x);
    x -= area.x;
    y -= area.y;
    if (ui->drag == DRAG_MAP)
        view_go_by_overview(view_of(ui), x, y);
    follow_drag(ui, x, y);
    ui->x = x;
    ui->y = y;
    ui->inside = true;
    ui->dirty = true;
}

void input_pointer_left(struct ui *ui)
{
    ui->inside = false;
    ui->dirty = true;
}

/* A press on the time line, on a slider or on the overview map is meant for it alone. */
static bool press_strip(struct ui *ui)
{
    struct rect area = panels_focus_area(ui->app);
    if (sliders_contains(&ui->sliders, ui->x + area.x, ui->y + area.y)) {
        ui->drag = DRAG_AXIS;
        sliders_press(&ui->sliders, ui->x + area.x, ui->y + area.y);
        return true;
    }
    if (view_on_overview(view_of(ui), ui->x, ui->y)) {
        ui->drag = DRAG_MAP;
        view_go_by_overview(view_of(ui), ui->x, ui->y);
        return true;
    }
    if (!timeline_contains(&ui->timeline, ui->x + area.x, ui->y + area.y))
        return false;
    ui->drag = DRAG_TIME;
    timeline_scrub(&ui->timeline, ui->x + area.x);
    return true;
}

static void click(struct ui *ui)
{
    int64_t now = clock_now_ns();
    bool twice = now - ui->last_click_ns < DOUBLE_CLICK_NS && fabs(ui->x - ui->last_click_x) < DRAG_THRESHOLD_PX &&
                 fabs(ui->y - ui->last_click_y) < DRAG_THRESHOLD_PX;
    ui->last_click_ns = twice ? 0 : now;
    ui->last_click_x = ui->x;
    ui->last_click_y = ui->y;
    if (twice) {
        view_fit(view_of(ui));
        return;
    }
    struct view_probe probe;
    if (!view_probe_at(view_of(ui), ui->x, ui->y, &probe))
        return;
    char *json = view_probe_json(view_of(ui), &probe);
    if (json) {
        printf("%s\n", json);
        fflush(stdout);
    }
    free(json);
}

void input_button(struct ui *ui, enum button b, bool pressed)
{
    ui->dirty = true;
    if (pressed && press_strip(ui))
        return;
    if (pressed) {
        ui->drag = b == BUTTON_LEFT ? DRAG_PRESSED : DRAG_BOX;
        ui->press_x = ui->x;
        ui->press_y = ui->y;
        return;
    }
    enum drag was = ui->drag;
    ui->drag = DRAG_NONE;
    if (was == DRAG_PRESSED)
        click(ui);
    else if (was == DRAG_BOX && ui->overlay.box)
        view_zoom_box(view_of(ui), ui->press_x, ui->press_y, ui->x, ui->y);
    ui->overlay.box = false;
}

void input_wheel(struct ui *ui, double dy)
{
    struct rect area = panels_focus_area(ui->app);
    ui->dirty = true;
    ui->last_click_ns = 0;
    if (sliders_contains(&ui->sliders, ui->x + area.x, ui->y + area.y))
        sliders_step(&ui->sliders, ui->y + area.y, dy > 0 ? 1 : -1);
    else if (view_on_overview(view_of(ui), ui->x, ui->y)) { /* at what it shows to be in sight */
        struct rect plot = view_plot_rect(view_of(ui));
        view_zoom_at(view_of(ui), plot.x + plot.w / 2.0, plot.y + plot.h / 2.0, pow(1.2, dy));
    } else
        view_zoom_at(view_of(ui), ui->x, ui->y, pow(1.2, dy));
}
