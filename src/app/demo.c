/* The demo's field: hot spots that drift, a wave that travels, noise, and a dead patch of NaN that wanders, as a sensor array might show
 * them. 60 frames a second of 256 x 384 float32, NPY records behind one JSON line of settings. One thread; demo_stop ends it. */
#include "app/demo.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS = 256, COLS = 384, SPOTS = 5, FRAMES_PER_SECOND = 60 };

struct demo {
    int fd;
    char address[64];
    pthread_t thread;
    atomic_bool quit;
    uint64_t random;
    float field[ROWS * COLS];
};

bool demo_stdin_is_data(void)
{
    struct stat s;
    return fstat(STDIN_FILENO, &s) == 0 && (S_ISFIFO(s.st_mode) || S_ISREG(s.st_mode) || S_ISSOCK(s.st_mode));
}

/* xorshift64*, and the sum of four of its pieces: near enough to a bell. */
static float noise(struct demo *d)
{
    d->random ^= d->random >> 12;
    d->random ^= d->random << 25;
    d->random ^= d->random >> 27;
    uint64_t r = d->random * 0x2545f4914f6cdd1dull;
    int sum = (int)(r & 0xffff) + (int)(r >> 16 & 0xffff) + (int)(r >> 32 & 0xffff) + (int)(r >> 48) - 131070;
    return (float)sum / 37837.0f;
}

static void background(struct demo *d, double t)
{
    float across[COLS];
    for (int c = 0; c < COLS; c++)
        across[c] = (float)(0.22 * sin(c * 0.045 - t * 1.3));
    for (int r = 0; r < ROWS; r++) {
        float down = (float)(0.75 + 0.25 * cos(r * 0.02 + t * 0.4));
        for (int c = 0; c < COLS; c++)
            d->field[r * COLS + c] = 0.30f + across[c] * down + 0.025f * noise(d);
    }
}

static void spot(struct demo *d, int i, double t)
{
    double row = ROWS * (0.5 + 0.4 * sin(t * (0.21 + 0.05 * i) + i * 1.7)), col = COLS * (0.5 + 0.42 * cos(t * (0.17 + 0.04 * i) + i * 2.3));
    double size = 9 + 5 * i, height = 0.75 + 0.35 * sin(t * 0.9 + i);
    float down[ROWS], across[COLS];
    for (int r = 0; r < ROWS; r++)
        down[r] = (float)(height * exp(-(r - row) * (r - row) / (2 * size * size)));
    for (int c = 0; c < COLS; c++)
        across[c] = (float)exp(-(c - col) * (c - col) / (2 * size * size));
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLS; c++)
            d->field[r * COLS + c] += down[r] * across[c];
}

static void dead_patch(struct demo *d, double t)
{
    int row = (int)(ROWS * (0.5 + 0.35 * cos(t * 0.13))), col = (int)(COLS * (0.5 + 0.4 * sin(t * 0.11)));
    for (int r = row < 0 ? 0 : row; r < row + 18 && r < ROWS; r++)
        for (int c = col < 0 ? 0 : col; c < col + 28 && c < COLS; c++)
            d->field[r * COLS + c] = NAN;
}

static bool send_all(struct demo *d, int fd, const void *bytes, size_t len)
{
    for (const char *p = bytes; len;) {
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        if (atomic_load(&d->quit) || (poll(&wait, 1, 100) < 0 && errno != EINTR))
            return false;
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        }
    }
    return true;
}

static void produce(struct demo *d, int fd)
{
    static const char settings[] = "{\"title\":\"Demo: a drifting field over a TCP socket\",\"xlabel\":\"sensor column\","
                                   "\"ylabel\":\"sensor row\",\"units\":\"signal (a.u.)\",\"cmap\":\"inferno\",\"vmin\":0,\"vmax\":1.4}\n";
    char header[128];
    char text[112];
    snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", ROWS, COLS);
    int pad = (int)sizeof header - 10 - 1;
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10); /* 118 bytes of text */
    snprintf(header + 10, sizeof header - 10, "%-*s", pad, text);
    header[sizeof header - 1] = '\n';
    if (!send_all(d, fd, settings, sizeof settings - 1))
        return;
    int64_t start = clock_now_ns();
    for (int64_t i = 0; !atomic_load(&d->quit); i++) {
        double t = 20 + (double)i / FRAMES_PER_SECOND;
        background(d, t);
        for (int k = 0; k < SPOTS; k++)
            spot(d, k, t);
        dead_patch(d, t);
        if (!send_all(d, fd, header, sizeof header) || !send_all(d, fd, d->field, sizeof d->field))
            return;
        clock_sleep_until_ns(start + (i + 1) * 1000000000 / FRAMES_PER_SECOND);
    }
}

static void *demo_main(void *arg)
{
    struct demo *d = arg;
    while (!atomic_load(&d->quit)) {
        struct pollfd wait = {.fd = d->fd, .events = POLLIN};
        if (poll(&wait, 1, 100) <= 0)
            continue;
        int fd = accept4(d->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        produce(d, fd);
        close(fd);
    }
    return NULL;
}

enum hs_status demo_start(struct demo **out)
{
    struct demo *d = mem_zeroed(1, sizeof *d);
    if (!d)
        return HS_ERR_MEMORY;
    d->random = 0x9e3779b97f4a7c15ull;
    d->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    if (d->fd < 0 || bind(d->fd, (struct sockaddr *)&a, len) != 0 || listen(d->fd, 4) != 0 ||
        getsockname(d->fd, (struct sockaddr *)&a, &len) != 0 || pthread_create(&d->thread, NULL, demo_main, d) != 0) {
        log_error("the demo's producer cannot start: %s", strerror(errno));
        if (d->fd >= 0)
            close(d->fd);
        free(d);
        return HS_ERR_SYSTEM;
    }
    snprintf(d->address, sizeof d->address, "tcp://127.0.0.1:%d", ntohs(a.sin_port));
    *out = d;
    return HS_OK;
}

const char *demo_address(const struct demo *d)
{
    return d->address;
}

void demo_stop(struct demo *d)
{
    if (!d)
        return;
    atomic_store(&d->quit, true);
    pthread_join(d->thread, NULL);
    close(d->fd);
    free(d);
}
