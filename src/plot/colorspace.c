/* sRGB (IEC 61966-2-1), CIELAB with the white of D65, and CIEDE2000 (Sharma, Wu, Dalal 2005). Any thread. */
#include "plot/colorspace.h"
#include <math.h>

double srgb_to_linear(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

double srgb_from_linear(double v)
{
    return v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055;
}

static double lab_curve(double t)
{
    const double d = 6.0 / 29;
    return t > d * d * d ? cbrt(t) : t / (3 * d * d) + 4.0 / 29;
}

struct lab lab_from_linear(const double c[3])
{
    double x = 0.4124564 * c[0] + 0.3575761 * c[1] + 0.1804375 * c[2];
    double y = 0.2126729 * c[0] + 0.7151522 * c[1] + 0.0721750 * c[2];
    double z = 0.0193339 * c[0] + 0.1191920 * c[1] + 0.9503041 * c[2];
    double fx = lab_curve(x / 0.95047), fy = lab_curve(y), fz = lab_curve(z / 1.08883);
    return (struct lab){116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)};
}

struct lab lab_from_color(struct color c)
{
    double rgb[3] = {srgb_to_linear(c.r / 255.0), srgb_to_linear(c.g / 255.0), srgb_to_linear(c.b / 255.0)};
    return lab_from_linear(rgb);
}

static double degrees(double radians) { return radians * 180 / M_PI; }

static double cosine(double deg) { return cos(deg * M_PI / 180); }

static double hue(double a, double b)
{
    double h = a == 0 && b == 0 ? 0 : degrees(atan2(b, a));
    return h < 0 ? h + 360 : h;
}

static double power7(double c) { return sqrt(pow(c, 7) / (pow(c, 7) + 6103515625.0)); } /* 25^7 */

double lab_distance(struct lab x, struct lab y)
{
    double g = 0.5 * (1 - power7((hypot(x.a, x.b) + hypot(y.a, y.b)) / 2));
    double a1 = x.a * (1 + g), a2 = y.a * (1 + g), c1 = hypot(a1, x.b), c2 = hypot(a2, y.b), h1 = hue(a1, x.b), h2 = hue(a2, y.b);
    bool grey = c1 * c2 == 0;
    double turn = grey ? 0 : h2 - h1, sum = h1 + h2;
    turn += turn > 180 ? -360 : turn < -180 ? 360 : 0;
    double middle = grey ? sum : fabs(h1 - h2) <= 180 ? sum / 2 : sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
    double dl = y.l - x.l, dc = c2 - c1, dh = 2 * sqrt(c1 * c2) * sin(turn / 2 * M_PI / 180);
    double l = (x.l + y.l) / 2, c = (c1 + c2) / 2;
    double t = 1 - 0.17 * cosine(middle - 30) + 0.24 * cosine(2 * middle) + 0.32 * cosine(3 * middle + 6) - 0.20 * cosine(4 * middle - 63);
    double sl = 1 + 0.015 * (l - 50) * (l - 50) / sqrt(20 + (l - 50) * (l - 50)), sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
    double at = (middle - 275) / 25, twist = -sin(60 * exp(-at * at) * M_PI / 180) * 2 * power7(c);
    double e = pow(dl / sl, 2) + pow(dc / sc, 2) + pow(dh / sh, 2) + twist * (dc / sc) * (dh / sh);
    return sqrt(e > 0 ? e : 0);
}
