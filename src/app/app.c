/* Start and end of a run, and the wake-up. Threads: see app.h. */
#include "app/app.h"
#include "app/demo.h"
#include "app/panels.h"
#include "base/clock.h"
#include "base/log.h"
#include <math.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void app_wake(void *arg)
{
    struct app *a = arg;
    pthread_mutex_lock(&a->lock);
    bool already = atomic_exchange(&a->woken, true);
    pthread_cond_signal(&a->wake);
    pthread_mutex_unlock(&a->lock);
    if (a->window_wake && !already) /* one event is enough until the loop has seen it */
        a->window_wake();
    if (!already && clock_now_ns() >= atomic_load(&a->draws_from_ns))
        pool_rouse(a->pool);
}

void app_wait(struct app *a, int64_t until_ns)
{
    pthread_mutex_lock(&a->lock);
    while (!atomic_load(&a->woken) && !atomic_load(&a->quit)) {
        if (until_ns == INT64_MAX) {
            pthread_cond_wait(&a->wake, &a->lock);
            continue;
        }
        struct timespec t = {until_ns / 1000000000, until_ns % 1000000000};
        if (pthread_cond_timedwait(&a->wake, &a->lock, &t) != 0)
            break;
    }
    atomic_store(&a->woken, false);
    pthread_mutex_unlock(&a->lock);
}

static void end_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGUSR1); /* our own: the thread's end */
}

/* The first signal ends the program in good order, the second at once. */
static void *signal_main(void *arg)
{
    struct app *a = arg;
    sigset_t set;
    end_signals(&set);
    for (int num = 0;;) {
        int sig = 0;
        if (sigwait(&set, &sig) != 0 || sig == SIGUSR1)
            return NULL;
        if (++num > 1)
            _exit(1);
        atomic_store(&a->quit, true);
        app_wake(a);
    }
}

void app_block_signals(void)
{
    sigset_t set;
    end_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void start_signals(struct app *a)
{
    a->has_signal_thread = pthread_create(&a->signal_thread, NULL, signal_main, a) == 0;
}

enum hs_status app_init(struct app *a, const struct options *o, bool window, void (*window_wake)(void))
{
    *a = (struct app){.options = o, .window_wake = window_wake, .started_ns = clock_now_ns(), .renderer = "soft",
                      .draws_from_ns = INT64_MAX};
    pthread_mutex_init(&a->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&a->wake, &attr);
    pthread_condattr_destroy(&attr);
    start_signals(a);
    enum hs_status status = trace_create(o->run.trace, &a->trace);
    if (status != HS_OK)
        return status;
    status = tour_create(&o->run, &a->tour);
    if (status != HS_OK)
        return status;
    a->pool = pool_create(0);
    a->font = font_create();
    if (!a->pool || !a->font) {
        log_error("out of memory while starting");
        return HS_ERR_MEMORY;
    }
    if (o->run.font) {
        status = font_load(a->font, o->run.font);
        if (status != HS_OK)
            return status;
    }
    return panels_open(a, window);
}

void app_fini(struct app *a)
{
    panels_close(a);
    demo_stop(a->demo);
    tour_destroy(a->tour);
    trace_destroy(a->trace);
    draw_list_fini(&a->list);
    font_destroy(a->font);
    pool_destroy(a->pool);
    if (a->has_signal_thread) {
        pthread_kill(a->signal_thread, SIGUSR1);
        pthread_join(a->signal_thread, NULL);
    }
}

int64_t app_end_ns(const struct app *a)
{
    double s = a->options->run.duration_s;
    return isnan(s) ? INT64_MAX : a->started_ns + (int64_t)(s * 1e9);
}

bool app_is_over(const struct app *a)
{
    int64_t frames = a->options->run.frames;
    return atomic_load(&a->quit) || clock_now_ns() >= app_end_ns(a) || (frames > 0 && panels_num_shown(a) >= (uint64_t)frames);
}

int app_finish(struct app *a)
{
    bool drawn = panels_num_shown(a) > 0;
    bool asked = atomic_load(&a->quit);
    for (int i = 0; !drawn && !asked && i < a->num_panels; i++)
        if (!panel_has_failed(a->panels[i]))
            log_error("%s: nothing drawable came", panel_source_name(a->panels[i]));
    for (int i = 0; i < a->num_panels; i++)
        panel_finish(a->panels[i]);
    demo_stop(a->demo); /* after its listener, which would try to reconnect */
    a->demo = NULL;
    enum hs_status s = HS_OK;
    if (a->options->run.stats)
        s = stats_write(a, a->options->run.stats);
    return s == HS_OK && (drawn || asked) ? 0 : 1;
}
