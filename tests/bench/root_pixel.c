/* When the X root window's pixel (X, Y) changes: root_pixel X Y SECONDS prints "ready", then "TIME RRGGBB" for each change, TIME in
 * seconds of CLOCK_MONOTONIC (Python's time.monotonic). It looks every 0.3 ms: what the user would see, whoever drew it. */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    Display *display = XOpenDisplay(NULL);
    if (argc != 4 || !display)
        return 1;
    Window root = DefaultRootWindow(display);
    int x = atoi(argv[1]), y = atoi(argv[2]);
    double end = now() + atof(argv[3]);
    unsigned long last = 0;
    puts("ready");
    fflush(stdout);
    while (now() < end) {
        XImage *image = XGetImage(display, root, x, y, 1, 1, AllPlanes, ZPixmap);
        double seen = now();
        if (!image)
            return 1;
        unsigned long pixel = XGetPixel(image, 0, 0) & 0xffffff;
        XDestroyImage(image);
        if (pixel != last) {
            printf("%.6f %06lx\n", seen, pixel);
            fflush(stdout);
        }
        last = pixel;
        struct timespec pause = {0, 300000};
        nanosleep(&pause, NULL);
    }
    return 0;
}
