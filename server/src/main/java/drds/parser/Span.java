package drds.parser;

/** A piece of the source text: char offsets, {@code end} exclusive. */
public record Span(int start, int end) {
    public Span {
        if (start < 0 || end < start) throw new IllegalArgumentException("span " + start + ".." + end);
    }

    public int length() {
        return end - start;
    }

    /** The text of this span in the source it was parsed from. */
    public String of(String source) {
        return source.substring(start, end);
    }

    public boolean covers(Span other) {
        return start <= other.start && other.end <= end;
    }

    public boolean overlaps(Span other) {
        return start < other.end && other.start < end;
    }

    /** From the start of this span to the end of {@code last}. */
    public Span to(Span last) {
        return new Span(start, last.end);
    }
}
