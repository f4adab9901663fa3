/* What every way of running shares: options, panel, display list, and the wake-up by which sources and signals reach the render
 * thread. */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/panel.h"
#include "app/tour.h"
#include "base/trace.h"
#include <pthread.h>
#include <stdatomic.h>

enum { MAX_PANELS = OPTIONS_MAX_SOURCES };

struct demo;

struct app {
    /* render thread */
    const struct options *options;
    struct pool *pool;
    struct font *font;
    struct panel *panels[MAX_PANELS];
    struct rect areas[MAX_PANELS]; /* where each is in the picture */
    int num_panels;
    struct panel *panel;           /* the one in focus */
    int width, height;             /* of the picture */
    int reserved_px;               /* of its height, at the bottom: the panels leave it free */
    double ui_scale;
    bool remarked;                 /* a rainbow was */
    bool said_no_annot;            /* that numbers have no room */
    struct camera linked;          /* of the panel in focus, when the others followed it last */
    struct demo *demo;
    struct draw_list list;
    struct trace *trace;
    struct tour *tour;        /* or NULL */
    struct quantile frame_ms; /* latch to presented */
    int64_t started_ns;
    const char *renderer;     /* for --stats: "soft" or GL_RENDERER */
    /* any thread */
    atomic_bool quit, woken;
    atomic_int_least64_t draws_from_ns; /* the render thread sleeps, and makes a picture at once of what comes from then on; INT64_MAX: no */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    void (*window_wake)(void); /* set once before the panel is made; NULL: none */
    pthread_t signal_thread;
    bool has_signal_thread;
};

/* Before any thread is made (a GL driver makes some, too): SIGINT and SIGTERM go to the signal thread alone. */
void app_block_signals(void);
/* Makes pool, font, signal handling (SIGINT and SIGTERM end the program in good order) and the panel. */
enum hs_status app_init(struct app *a, const struct options *o, bool window, void (*window_wake)(void));
void app_fini(struct app *a);
/* Any thread. */
void app_wake(void *app);
/* Sleep until woken or until monotonic `until_ns` (INT64_MAX: no limit). */
void app_wait(struct app *a, int64_t until_ns);
/* --duration or --frames is reached, or it was told to end. */
bool app_is_over(const struct app *a);
/* When --duration ends; INT64_MAX without. */
int64_t app_end_ns(const struct app *a);
/* --stats; and the exit code: 0, or 1 when nothing drawable came. */
int app_finish(struct app *a);

int headless_run(const struct options *o);
int window_run(const struct options *o); /* only with HEATSCOPE_WINDOW */

/* --stats FILE|-: counters as one JSON object. */
enum hs_status stats_write(struct app *a, const char *path);

#endif
