// One pixel of a heatmap; the arithmetic is that of struct draw_heatmap in src/draw/list.h, integers and all.
// Variants: NORMALISED (values are t already), HAS_NAN (there is a texture of NaN shares).
uniform ivec4 dst;
uniform ivec2 picture;
uniform sampler2D values;
uniform usampler2D nan_share;
uniform isampler2D col_map, row_map; // texel * 256 + line coverage; negative: no cell
uniform sampler2D lut;
uniform int norm_kind;               // enum norm_kind
uniform float norm_offset, norm_scale, norm_gamma, norm_unit, norm_bend, norm_rate, norm_vmin, norm_vmax;
uniform sampler2D knots;             // struct norm_knot each
uniform ivec4 bad, under, over, line_color, masked; // 0..255
uniform int nan_floor, masked_share;
uniform usampler2D hatch;
uniform int hatch_size;              // 0: none
uniform ivec4 hatch_color;
out vec4 color;

const int LOG = 1, SYMLOG = 3, ASINH = 4, TWO_SLOPE = 6, BOUNDARY = 7, HISTEQ = 8;

bool is_nan(float v)
{
    return (floatBitsToUint(v) & 0x7fffffffu) > 0x7f800000u; // on the bits: compilers drop isnan
}

ivec4 mix255(ivec4 a, ivec4 b, int s)
{
    return (a * (255 - s) + b * s + 127) / 255;
}

#ifndef NORMALISED
const float MAX = 3.4028235e38;

// scale 0: vmin == vmax, or a range too wide for float32
float unscaled(float v, inout bool good)
{
    if (norm_vmin == norm_vmax)
        return 0.0;
    if (abs(norm_vmin) > MAX) // infinity / infinity on the CPU, whatever the other end is
        good = false;
    return (v * 0.5 - norm_vmin * 0.5) / (norm_vmax * 0.5 - norm_vmin * 0.5);
}

// of v > 0, also where denormals count as 0
float natural_log(float v)
{
    int bits = floatBitsToInt(v);
    return bits < 0x00800000 ? log(float(bits)) - 103.278929903 : log(v); // denormals are bits / 2^149
}

float log_curve(float v)
{
    return floatBitsToInt(v) < 0x00800000 ? natural_log(v) - log(norm_unit) : log(v / norm_unit);
}

float symlog_curve(float v)
{
    float x = v / norm_unit, a = abs(x);
    if (a <= 1.0)
        return x * norm_bend;
    float c = norm_bend + log(a) * norm_rate;
    return v < 0.0 ? -c : c;
}

float asinh_curve(float v)
{
    float x = v / norm_unit, a = abs(x), c;
    if (a < 0.125) // what log(1 + small) would lose
        c = a * (1.0 + a * a * (-1.0 / 6.0 + a * a * (3.0 / 40.0 - a * a * 15.0 / 336.0)));
    else
        c = a > 1e9 ? log(a) + 0.69314718 : log(a + sqrt(a * a + 1.0));
    return v < 0.0 ? -c : c;
}

float curve(float v)
{
    return norm_kind == LOG ? log_curve(v) : norm_kind == SYMLOG ? symlog_curve(v) : norm_kind == ASINH ? asinh_curve(v) : v;
}

float from_knots(float v)
{
    int low = 0, high = textureSize(knots, 0).x - 1;
    vec4 last = texelFetch(knots, ivec2(high, 0), 0);
    if (v < texelFetch(knots, ivec2(0), 0).x)
        return -1.0;
    if (v > last.x)
        return 2.0;
    if (v == last.x)
        return last.y;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (texelFetch(knots, ivec2(middle, 0), 0).x <= v)
            low = middle;
        else
            high = middle;
    }
    vec4 k = texelFetch(knots, ivec2(low, 0), 0);
    return k.z == 0.0 ? k.y : min(k.y + (v - k.x) * k.z, 1.0);
}

// NaN is bad; so is what is outside the domain: *good tells, as a NaN may not survive a shader's arithmetic
float norm(float v, out bool good)
{
    good = !is_nan(v) && !is_nan(norm_scale) && !(norm_kind == LOG && floatBitsToInt(v) <= 0);
    if (!good)
        return 0.0;
    if (abs(v) > MAX)
        return norm_scale < 0.0 ? -v : v;
    float t;
    if (norm_scale == 0.0)
        t = unscaled(v, good);
    else if (norm_kind == BOUNDARY || norm_kind == HISTEQ)
        return from_knots(v);
    else if (norm_kind == TWO_SLOPE)
        t = 0.5 + (v - norm_unit) * (v < norm_unit ? norm_bend : norm_scale);
    else
        t = (curve(v) - norm_offset) * norm_scale;
    if (v >= min(norm_vmin, norm_vmax) && v <= max(norm_vmin, norm_vmax))
        t = clamp(t, 0.0, 1.0); // rounding must not push the ends out
    if (norm_gamma != 1.0 && t > 0.0)
        t = pow(t, norm_gamma);
    return t;
}
#endif

void main()
{
    ivec2 at = ivec2(int(gl_FragCoord.x), picture.y - 1 - int(gl_FragCoord.y)) - dst.xy;
    int col = texelFetch(col_map, ivec2(at.x, 0), 0).r, row = texelFetch(row_map, ivec2(at.y, 0), 0).r;
    if (col < 0 || row < 0)
        discard;
    ivec2 texel = ivec2(col >> 8, row >> 8);
    float t = texelFetch(values, texel, 0).r;
    bool good;
#ifdef NORMALISED
    good = !is_nan(t);
#else
    t = norm(t, good);
#endif
    ivec4 c;
    int bad_share = good ? 0 : 255;
    if (!good)
        c = bad;
    else if (t < 0.0)
        c = under;
    else if (t > 1.0)
        c = over;
    else
        c = ivec4(texelFetch(lut, ivec2(min(int(t * 256.0), 255), 0), 0) * 255.0 + 0.5);
#ifdef HAS_NAN
    int share = int(texelFetch(nan_share, texel, 0).r);
    if (share > 0 && share == masked_share) {
        c = masked;
        bad_share = 0;
    } else if (share > 0) {
        c = mix255(c, bad, max(share, nan_floor));
        bad_share = max(bad_share, max(share, nan_floor));
    }
#endif
    if (hatch_size > 0 && bad_share > 0) {
        int k = int(texelFetch(hatch, ivec2(at.x % hatch_size, at.y % hatch_size), 0).r);
        c = mix255(c, hatch_color, ((k * bad_share + 127) / 255 * hatch_color.a + 127) / 255);
    }
    int line = max(col & 255, row & 255);
    if (line > 0)
        c = mix255(c, line_color, (line * line_color.a + 127) / 255);
    color = vec4(c) / 255.0;
}
