/* When what five columns of the X root window show changes: root_lines X0 Y0 WIDTH HEIGHT SECONDS prints "ready", then for each change
 * "TIME HASH COLOURS": seconds of CLOCK_MONOTONIC (Python's time.monotonic), a hash of their pixels, and how many colours these have
 * (at most 64). It looks every 1 ms: what the user would see, whoever drew it. */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { COLUMNS = 5, MOST_COLOURS = 64 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct seen {
    uint64_t hash;
    unsigned long colours[MOST_COLOURS];
    int num_colours;
};

static void add(struct seen *s, unsigned long pixel)
{
    s->hash = (s->hash ^ pixel) * 1099511628211u;
    for (int i = 0; i < s->num_colours; i++)
        if (s->colours[i] == pixel)
            return;
    if (s->num_colours < MOST_COLOURS)
        s->colours[s->num_colours++] = pixel;
}

int main(int argc, char **argv)
{
    Display *display = XOpenDisplay(NULL);
    if (argc != 6 || !display)
        return 1;
    int x0 = atoi(argv[1]), y0 = atoi(argv[2]), width = atoi(argv[3]), height = atoi(argv[4]);
    uint64_t last = 0;
    puts("ready");
    fflush(stdout);
    for (double end = now() + atof(argv[5]); now() < end;) {
        struct seen s = {.hash = 14695981039346656037u};
        double when = now();
        for (int c = 0; c < COLUMNS; c++) {
            XImage *image = XGetImage(display, DefaultRootWindow(display), x0 + width * c / (COLUMNS - 1), y0, 1, (unsigned)height, AllPlanes, ZPixmap);
            if (!image)
                return 1;
            for (int y = 0; y < height; y++)
                add(&s, XGetPixel(image, 0, y) & 0xffffff);
            XDestroyImage(image);
        }
        if (s.hash != last) {
            printf("%.6f %016llx %d\n", when, (unsigned long long)s.hash, s.num_colours);
            fflush(stdout);
        }
        last = s.hash;
        struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
    }
    return 0;
}
