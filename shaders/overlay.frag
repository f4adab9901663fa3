// A colour, thinned by the glyph's coverage.
uniform sampler2D atlas;
in vec2 atlas_at;
flat in ivec4 ink;
out vec4 color;

void main()
{
    int coverage = 255;
    if (atlas_at.x >= 0.0)
        coverage = int(texelFetch(atlas, ivec2(atlas_at), 0).r * 255.0 + 0.5);
    color = vec4(ink.rgb, (ink.a * coverage + 127) / 255) / 255.0;
}
