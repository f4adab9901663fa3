// The finished picture as another colour vision has it: the integers of struct cvd_table in src/plot/cvd.h.
uniform sampler2D values;           // the picture
uniform usampler2D linear_light;    // 256
uniform usampler2D encoded;         // 128 x 128
uniform int cvd_matrix[9];
out vec4 color;

int channel(int row, ivec3 c)
{
    int v = (cvd_matrix[row] * c.r + cvd_matrix[row + 1] * c.g + cvd_matrix[row + 2] * c.b + 8192) >> 14;
    v = clamp(v, 0, 16383);
    return int(texelFetch(encoded, ivec2(v & 127, v >> 7), 0).r);
}

void main()
{
    vec4 there = texelFetch(values, ivec2(gl_FragCoord.xy), 0);
    ivec3 c = ivec3(there.rgb * 255.0 + 0.5);
    for (int i = 0; i < 3; i++)
        c[i] = int(texelFetch(linear_light, ivec2(c[i], 0), 0).r);
    color = vec4(vec3(channel(0, c), channel(3, c), channel(6, c)) / 255.0, there.a);
}
