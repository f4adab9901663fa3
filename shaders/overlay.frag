// A colour, thinned by the glyph's coverage.
uniform sampler2D atlas;
in vec2 atlas_at;
flat in ivec4 ink;
out vec4 color;

void main()
{
    int coverage = 255;
#ifdef GLYPHS
    coverage = int(texelFetch(atlas, ivec2(atlas_at), 0).r * 255.0 + 0.5);
#endif
    color = vec4(ink.rgb, (ink.a * coverage + 127) / 255) / 255.0;
}
