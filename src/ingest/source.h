/* Where matrices come from: one thread per source (and per connection of a listening one) that reads, decodes and commits into a
 * history. Drivers are source_file.c, source_follow.c, source_watch.c, source_dir.c, source_pipe.c, source_socket.c. */
#ifndef INGEST_SOURCE_H
#define INGEST_SOURCE_H

#include "data/history.h"
#include "data/nd_index.h"
#include "ingest/complaints.h"

struct source;

/* MISSING: the file of --follow or --watch isn't there (yet, or any more); it is waited for. */
enum source_state { SOURCE_CONNECTING, SOURCE_LIVE, SOURCE_MISSING, SOURCE_ENDED, SOURCE_FAILED };

struct source_params {
    const char *spec;          /* path, "-", "tcp://HOST:PORT", "unix://PATH"; or NULL with listen */
    const char *listen;        /* "5555", ":5555", "HOST:PORT", a path */
    bool allow_remote;
    struct history *history;
    struct counters *counters;
    const char *raw;           /* DTYPE,ROWSxCOLS[@OFFSET] or NULL */
    int event_rows, event_cols; /* text lines are events in a grid of this shape; 0: rows of numbers */
    int lines;                 /* enum lines_mode */
    const char *index_col;     /* of text: which column names the rows (decode.h), or NULL */
    const char *index;         /* which slice of a .npy file of more dimensions, or NULL */
    bool no_options;           /* options in JSON lines are left out */
    int64_t skip_cols;         /* of text: so many columns on the left are left out */
    bool live;                 /* in a window or on a socket: text rows show at once. False with -o, and for files */
    double fps;                /* pace of files; NaN: by their stamps, else 30; 0: none */
    bool loop;
    bool follow;               /* a file grows: wait for more at its end. What is no file does that anyway */
    bool watch;                /* a file is rewritten, a directory gets new files */
    int64_t grid_bytes;        /* mapped frames larger than this are read part by part as they are looked at (frame->grid); 0: none */
    int64_t large_bytes;       /* the same of frames larger than this, unless they are in the system's cache */
    int64_t only_frame;        /* mapped files: -1 all; else just this frame of the sequence is needed */
    void (*changed)(void *arg); /* state changed; from the source's thread; may be NULL */
    void *changed_arg;
};

/* Start it. What can be told at once (a missing file, a directory without matrices, a bad address, an address in use, malformed
 * --raw) fails here with one line logged: HS_ERR_IO, HS_ERR_USAGE, HS_ERR_FORMAT. The strings are copied. */
enum hs_status source_open(const struct source_params *params, struct source **out);
/* Only whether there is such a source, before anything is opened; what is wrong is logged. */
enum hs_status source_check(const struct source_params *params);
/* What the policy should be when none is asked for (DESIGN §3). window: shown in a window. Also right before source_open. */
enum policy source_default_policy(const char *spec, const char *listen, bool window);
enum source_state source_state(struct source *s);
/* True when it comes to an end by itself (files, pipes): then -o waits for the end. */
bool source_is_finite(const struct source *s);
/* For the title bar: "ring.npy", "stdin", ":5555". */
const char *source_name(const struct source *s);
/* The port a listening TCP source got ("0" asks for a free one); 0 otherwise. */
int source_port(const struct source *s);
/* Of a socket: connections that are open. -1: it is something else. */
int source_num_connections(const struct source *s);
/* What was wrong with what came: see complaints.h. */
struct complaints *source_complaints(struct source *s);
/* Files are played at `speed` times their pace from now on. Any thread. */
void source_set_speed(struct source *s, double speed);
/* Of a .npy file that is looked at in slices: the one shown first. NULL: this is none. */
const struct nd_index *source_nd_index(const struct source *s);
/* Another slice of it into the history, at once. */
enum hs_status source_show_slice(struct source *s, const struct nd_index *index);
/* Cancel (the history must have been cancelled), wake, join, free. NULL is fine. */
void source_close(struct source *s);

#endif
