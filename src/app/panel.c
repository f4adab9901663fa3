/* One source, one history, one view. The render thread latches the newest (or next) frame just before drawing, so what is shown is as
 * fresh as it can be; options that came with frames are applied in order, also of frames that were never shown. */
#include "app/panel_internal.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE_BYTES (256ll << 20) /* takes a while to read from a disk */
#define YEAR_2000_NS 946684800000000000ll /* smaller stamps aren't times of day */
#define MOVING_NS 1000000000ll /* for how long after a frame the range counts as moving */

static enum policy policy_of(const struct panel_params *params)
{
    const struct run *r = &params->options->run;
    if (params->every_frame && r->policy < 0)
        return POLICY_ALL;
    if (r->policy < 0 && params->window && (r->follow || r->watch)) /* live, though a file */
        return POLICY_LATEST;
    return r->policy >= 0 ? (enum policy)r->policy : source_default_policy(params->source, params->listen, params->window);
}

size_t panel_memory_budget(const struct run *r)
{
    return r->memory_bytes > 0 ? (size_t)r->memory_bytes : limits_memory() / 4;
}

static struct history *make_history(struct panel *p, const struct panel_params *params)
{
    const struct run *r = &params->options->run;
    size_t most = panel_memory_budget(r) / 2 / (size_t)params->num_panels;
    size_t budget = r->history_bytes > 0 ? (size_t)r->history_bytes : 512u << 20;
    if (r->history_bytes > 0)
        most = budget;
    struct history_params h = {
        .budget_bytes = budget < most ? budget : most,
        .max_bytes = most,
        .max_frames = PANEL_MAX_FRAMES,
        .policy = policy_of(params),
        .every = r->every,
        .max_rows = r->rows,
        .row_span_ns = isnan(r->row_span_s) ? 0 : (int64_t)(r->row_span_s * 1e9),
        .trace = params->trace,
        .counters = &p->counters,
        .wake = params->wake,
        .wake_arg = params->wake_arg,
    };
    p->composed_bytes = h.budget_bytes / 2;
    return history_create(&h);
}

static void set_reading(struct panel *p, const struct panel_params *params)
{
    const struct run *r = &params->options->run;
    view_set_reading(p->view, &(struct view_reading){
        .patience = params->window ? VIEW_READ_BEST : (r->output || r->tour) && !r->draft ? VIEW_READ_EXACT : VIEW_READ_SAMPLED,
        .counts = r->check != NULL,
        .memory_bytes = panel_memory_budget(r) / (size_t)params->num_panels,
        .quit = params->quit,
        .wake = params->wake,
        .wake_arg = params->wake_arg,
    });
    view_show_overview(p->view, params->window);
}

static void set_row_merge(struct panel *p)
{
    if (!isnan(p->options->run.row_span_s))
        history_set_row_merge(p->history, (enum reduce_mode)view_look(p->view)->reduce);
}

static enum hs_status open_source(struct panel *p, const struct panel_params *params)
{
    const struct run *r = &params->options->run;
    set_row_merge(p); /* the first rows are merged by it, too */
    struct source_params s = {
        .spec = params->source,
        .listen = params->listen,
        .allow_remote = r->allow_remote,
        .history = p->history,
        .counters = &p->counters,
        .raw = r->raw,
        .no_options = r->no_stream_options,
        .skip_cols = r->skip_cols,
        .index = r->index,
        .lines = r->lines,
        .index_col = r->index_col,
        .event_rows = r->event_rows,
        .event_cols = r->event_cols,
        .live = !r->output,
        .fps = r->output ? 0 : r->fps,
        .loop = r->loop && !r->output && !r->tour, /* then it is the tour that goes on */
        .follow = r->follow,
        .watch = r->watch,
        .grid_bytes = (int64_t)(panel_memory_budget(r) / 4),
        .large_bytes = LARGE_BYTES,
        .only_frame = -1,
        .changed = params->wake,
        .changed_arg = params->wake_arg,
    };
    return source_open(&s, &p->source);
}

/* A regular file or a directory, also as standard input; or, if `may_come`, a name that means nothing yet. */
static bool names_file(const char *source, bool may_come)
{
    struct stat st;
    bool found = source && (strcmp(source, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(source, &st)) == 0;
    return found ? S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) : source && may_come;
}

/* What the view's options say about events, to where they are added up. */
static void set_events(struct panel *p)
{
    const struct look *l = view_look(p->view);
    double half_life = isnan(l->half_life) ? INFINITY : l->half_life;
    if (half_life == p->half_life && l->kernel == p->kernel) /* a stream may know better already: see event_batch.half_life_s */
        return;
    p->half_life = half_life;
    p->kernel = l->kernel;
    history_set_events(p->history, half_life, l->kernel);
}

/* --mask: whatever isn't 0 is hidden. */
static enum hs_status load_mask(struct panel *p)
{
    struct array a;
    enum hs_status s = p->options->run.mask ? side_matrix_load("--mask", p->options->run.mask, &a) : HS_OK;
    if (s != HS_OK || !p->options->run.mask)
        return s;
    uint8_t *hidden = mem_resize(NULL, (size_t)a.rows * (size_t)a.cols, 1);
    for (int64_t i = 0; hidden && i < a.rows * a.cols; i++) {
        double value = dtype_read(a.dtype, array_cell(&a, i / a.cols, i % a.cols));
        hidden[i] = value < 0 || value > 0 || isnan(value);
    }
    s = hidden ? view_set_mask(p->view, hidden, a.rows, a.cols) : HS_ERR_MEMORY;
    free(hidden);
    free((void *)a.data);
    return s;
}

enum hs_status panel_create(const struct panel_params *params, struct panel **out)
{
    struct panel *p = mem_zeroed(1, sizeof *p);
    if (!p)
        return HS_ERR_MEMORY;
    p->options = params->options;
    p->window = params->window;
    p->several = params->num_panels > 1;
    p->listens = params->listen != NULL;
    p->is_file = names_file(params->source, params->options->run.follow || params->options->run.watch);
    p->has_age = !p->is_file || params->options->run.follow || params->options->run.watch;
    p->age_ms = NAN;
    const struct run *r = &params->options->run; /* a picture on standard output stays alone there */
    p->alerts = (struct alerts){.out = r->output && strcmp(r->output, "-") == 0 ? stderr : stdout, .bell = r->bell};
    p->rate_since_ns = clock_now_ns();
    p->history = make_history(p, params);
    p->pool = params->pool;
    p->wake = params->wake;
    p->wake_arg = params->wake_arg;
    p->view = view_create(params->pool, params->font);
    bool every = policy_of(params) == POLICY_ALL;
    enum hs_status s = p->history && p->view && playback_init(&p->play, p->history, PANEL_MAX_FRAMES, every) ? HS_OK : HS_ERR_MEMORY;
    if (s == HS_OK) {
        view_set_trace(p->view, params->trace);
        set_reading(p, params);
        view_keep_status_row(p->view, p->window && !p->is_file);
        look_fini(view_look(p->view));
        look_copy(view_look(p->view), &params->options->look);
        view_changed(p->view);
        set_events(p);
        s = load_mask(p);
        if (s == HS_OK && r->annot_from)
            s = annot_file_read(r->annot_from, &p->texts);
        s = s == HS_OK ? open_source(p, params) : s;
        if (s == HS_OK && p->listens)
            log_info("listening on %s", source_name(p->source));
        if (s == HS_OK)
            p->name = mem_strdup(source_name(p->source));
        if (s == HS_OK && source_nd_index(p->source))
            p->nd = *source_nd_index(p->source);
        if (s == HS_OK)
            panel_name_slice(p);
    } else
        log_error("out of memory while starting");
    if (s != HS_OK) {
        panel_destroy(p);
        return s;
    }
    *out = p;
    return HS_OK;
}

void panel_destroy(struct panel *p)
{
    if (!p)
        return;
    if (p->history)
        history_cancel(p->history);
    source_close(p->source);
    diff_destroy(p->diff);
    view_destroy(p->view);
    if (p->history)
        history_destroy(p->history);
    composed_destroy(p->composed);
    playback_fini(&p->play);
    alerts_fini(&p->alerts);
    annot_file_free(p->texts);
    free(p->name);
    free(p);
}

struct view *panel_view(struct panel *p)
{
    return p->view;
}

const char *panel_source_name(const struct panel *p)
{
    return p->name ? p->name : "";
}

const struct counters *panel_counters(const struct panel *p)
{
    return &p->counters;
}

void panel_apply(struct panel *p, char *settings)
{
    if (settings) {
        char *where = mem_format("stream %s", panel_source_name(p));
        if (view_set_json(p->view, where ? where : "stream", settings) != HS_OK)
            panel_note_refused(p, settings);
        free(where);
        free(settings);
    }
}

void panel_show(struct panel *p, struct frame *f, struct history *of)
{
    struct frame *old = p->frame;
    struct history *old_of = p->frame_of;
    p->frame = f;
    p->frame_of = of;
    panel_fit_texts(p, f->cells.rows, f->cells.cols);
    if (!p->diff)
        view_set_frame(p->view, f);
    if (old)
        history_release(old_of, old);
}

bool panel_latch_own(struct panel *p)
{
    char *settings = history_take_canvas_settings(p->history);
    panel_apply(p, settings); /* before events are taken, since they are taken by them */
    set_events(p);
    set_row_merge(p);
    struct frame *f = history_take(p->history, &settings);
    panel_apply(p, settings);
    if (!f)
        return false;
    panel_show(p, f, p->history);
    panel_keep(p, f);
    if (!p->diff && !p->is_subtracted)
        alerts_check(&p->alerts, p->view, panel_source_name(p));
    p->latched_ns = clock_now_ns();
    if (f->arrived_ns != p->newest_arrived_ns) /* events that only fade are no news */
        stale_frame(&p->stale, f->id, p->latched_ns);
    p->newest_arrived_ns = f->arrived_ns;
    p->fresh = true;
    p->replayed = false;
    return true;
}

bool panel_latch(struct panel *p)
{
    return p->play.direction ? panel_play_on(p) : p->diff ? panel_latch_pair(p) : panel_latch_own(p);
}

static bool own_pending(struct panel *p)
{
    return history_pending(p->history) || (p->play.direction && p->play.next_due_ns <= clock_now_ns());
}

bool panel_pending(struct panel *p)
{
    struct panel *minus = panel_minus(p);
    if (!minus)
        return own_pending(p);
    return (own_pending(p) && !diff_is_ahead(p, minus)) || (!p->paused && own_pending(minus) && !diff_is_ahead(minus, p));
}

int64_t panel_due_ns(struct panel *p)
{
    struct panel *minus = panel_minus(p);
    int64_t own = history_due_ns(p->history), other = minus ? history_due_ns(minus->history) : INT64_MAX;
    return own < other ? own : other;
}

/* A picture that only fades is as old as what came last, but not late. */
static void note_age(struct panel *p, const struct frame *f)
{
    if (!p->has_age || f->arrived_ns == p->aged_ns)
        return;
    p->aged_ns = f->arrived_ns;
    int64_t age_ns = f->t_ns > YEAR_2000_NS ? clock_unix_ns() - f->t_ns : clock_now_ns() - f->arrived_ns;
    p->age_ms = fmax(0, (double)age_ns / 1e6);
    quantile_add(&p->latency, p->age_ms);
}

void panel_shown(struct panel *p)
{
    if (!p->fresh || !p->frame)
        return;
    p->fresh = false;
    p->num_shown++;
    history_shown(p->frame_of, p->frame);
    if (p->diff)
        panel_shown(diff_minus(p->diff));
    if (p->replayed)
        return;
    const struct norm *n = view_norm(p->view);
    const struct frame *f = p->frame;
    playback_note_range(&p->play, f->id ? f->id : p->composed_id, n->vmin, n->vmax);
    note_age(p, f);
}

uint64_t panel_num_shown(const struct panel *p)
{
    return p->num_shown;
}

bool panel_own_ended(struct panel *p)
{
    enum source_state s = source_state(p->source);
    return (s == SOURCE_ENDED || s == SOURCE_FAILED) && !history_pending(p->history);
}

bool panel_ended(struct panel *p)
{
    return panel_own_ended(p) && (!p->diff || panel_own_ended(diff_minus(p->diff)));
}

bool panel_is_finite(const struct panel *p)
{
    return source_is_finite(p->source) && (!p->diff || panel_is_finite(diff_minus(p->diff)));
}

bool panel_has_failed(struct panel *p)
{
    return source_state(p->source) == SOURCE_FAILED ||
           (p->diff && (diff_has_failed(p->diff) || panel_has_failed(diff_minus(p->diff))));
}

bool panel_is_file(const struct panel *p)
{
    return p->is_file;
}

bool panel_has_frame(const struct panel *p)
{
    return view_frame(p->view) != NULL;
}

int64_t panel_frame_index(const struct panel *p)
{
    return p->frame && p->frame->id ? (int64_t)p->frame->id - 1 : 0;
}

uint64_t panel_frame_id(const struct panel *p)
{
    return p->frame ? p->frame->id : 0;
}

double panel_age_ms(const struct panel *p)
{
    return p->paused || p->replayed ? NAN : p->age_ms;
}

static bool can_be_stale(const struct panel *p)
{
    return !p->is_file && p->frame && !p->paused && !p->play.direction && source_state(p->source) == SOURCE_LIVE;
}

bool panel_is_stale(struct panel *p)
{
    return can_be_stale(p) && stale_text(&p->stale, clock_now_ns());
}

static bool is_moving(const struct panel *p)
{
    return p->window && p->frame && !p->paused && source_state(p->source) == SOURCE_LIVE;
}

/* Nobody sends any more, for now. */
static bool is_gone(const struct panel *p)
{
    return !p->is_file && p->frame && !p->play.direction && source_state(p->source) == SOURCE_CONNECTING;
}

int64_t panel_next_update_ns(const struct panel *p)
{
    int64_t stale = can_be_stale(p) ? stale_next_ns(&p->stale) : is_gone(p) ? stale_next_ago_ns(&p->stale) : INT64_MAX;
    int64_t rests = p->latched_ns + MOVING_NS;
    if (p->note.until_ns > clock_now_ns() && p->note.until_ns < stale)
        stale = p->note.until_ns;
    return is_moving(p) && clock_now_ns() < rests && rests < stale ? rests : stale;
}

/* Which file of a directory is on show. */
const char *panel_file(const struct panel *p)
{
    return p->frame && p->frame->meta ? p->frame->meta->file : NULL;
}

/* When the newest frame came, also one that hasn't been latched because of a pause; 0: not known. */
static int64_t newest_arrival_ns(struct panel *p)
{
    uint64_t oldest, newest;
    struct history_item item;
    history_range(p->history, &oldest, &newest);
    return newest && history_list(p->history, newest, &item, 1) ? item.arrived_ns : 0;
}

/* What the source's state has to say; NULL: nothing. */
static const char *source_status(struct panel *p, char *room, size_t size)
{
    const char *name = panel_source_name(p);
    enum source_state s = source_state(p->source);
    bool still = panel_slice(p) || (source_is_finite(p->source) && counter_get(&p->counters.frames_received) <= 1 &&
                 !counter_get(&p->counters.rows_received) && !counter_get(&p->counters.tiles_received) &&
                 !counter_get(&p->counters.events_received));
    if (s == SOURCE_FAILED)
        snprintf(room, size, "%s: failed", name);
    else if (s == SOURCE_ENDED && !(still && p->frame))
        return p->frame ? "ended" : "ended: nothing to show came";
    else if (s == SOURCE_MISSING)
        snprintf(room, size, p->frame ? "%s is gone; waiting for it" : "waiting for %s", name);
    else if (!p->frame)
        snprintf(room, size, p->listens ? "listening on %s" : s == SOURCE_CONNECTING ? "connecting to %s" : "waiting for data on %s", name);
    else if (s == SOURCE_CONNECTING) {
        const char *ago = stale_ago(&p->stale, newest_arrival_ns(p), clock_now_ns());
        snprintf(room, size, p->listens ? "producer gone, %s; listening on %s" : "%s; connection to %s lost, trying again",
                 ago ? ago : "nothing came", name);
    } else
        return NULL;
    return room;
}

enum { STATUS_BYTES = 640 };

/* A still file has nothing to say; whatever has ended, waits or stands still says so. */
static const char *status_text(struct panel *p, char out[STATUS_BYTES])
{
    char room[512], paused[528];
    uint64_t kept;
    const char *text = room, *file = panel_file(p), *note = panel_note_text(p);
    if (p->play.direction)
        snprintf(room, sizeof room, "playing %s%s", p->play.direction < 0 ? "backwards " : "", playback_speed_text(&p->play));
    else if (p->paused) {
        const char *source = note ? note : is_gone(p) ? source_status(p, room, sizeof room) : NULL;
        snprintf(paused, sizeof paused, "paused%s%s", source ? " · " : "", source ? source : "");
        text = paused;
    } else if ((text = note ? note : source_status(p, room, sizeof room)))
        ;
    else if (panel_is_stale(p))
        text = p->stale.text;
    else if (p->several && panel_rate(p) > 0) {
        snprintf(room, sizeof room, "%.0f/s · %llu dropped", panel_rate(p), (unsigned long long)panel_lost(p, &kept));
        text = room;
    }
    if (!text)
        return file;
    snprintf(out, STATUS_BYTES, "%s%s%s", file ? file : "", file ? " · " : "", text);
    return out;
}

void panel_update_status(struct panel *p)
{
    char room[STATUS_BYTES], other[STATUS_BYTES];
    const char *text = status_text(p, room), *less = p->diff ? status_text(diff_minus(p->diff), other) : NULL;
    bool lacks = p->diff && p->frame && !panel_has_frame(diff_minus(p->diff));
    text = p->diff && diff_has_failed(p->diff) ? "shapes differ" : lacks || (!text && less) ? less : text;
    view_set_status(p->view, text);
    view_show_motion(p->view, is_moving(p) && clock_now_ns() < p->latched_ns + MOVING_NS);
}

int panel_connections(const struct panel *p)
{
    return source_num_connections(p->source);
}

const struct quantile *panel_latency(const struct panel *p)
{
    return &p->latency;
}

uint64_t panel_queued(struct panel *p)
{
    return history_queued(p->history);
}

uint64_t panel_lost(struct panel *p, uint64_t *kept)
{
    *kept = history_num_in_pause(p->history);
    uint64_t dropped = counter_get(&p->counters.frames_dropped);
    return dropped > *kept ? dropped - *kept : 0;
}

double panel_rate(struct panel *p)
{
    int64_t now = clock_now_ns();
    uint64_t count = counter_get(&p->counters.frames_received) + counter_get(&p->counters.rows_received) +
                     counter_get(&p->counters.tiles_received) + counter_get(&p->counters.events_received);
    double seconds = (double)(now - p->rate_since_ns) / 1e9;
    if (seconds >= 1) {
        p->rate = (double)(count - p->rate_count) / seconds;
        p->rate_count = count;
        p->rate_since_ns = now;
    }
    return p->rate;
}

void panel_finish(struct panel *p)
{
    if (p->diff)
        panel_finish(diff_minus(p->diff));
    history_cancel(p->history);
    source_close(p->source);
    p->source = NULL;
    history_finish(p->history);
}
