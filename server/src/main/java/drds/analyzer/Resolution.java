package drds.analyzer;

/** What a column reference means. */
public sealed interface Resolution {
    /** A column of a source of this block or (an outer reference) of one around it. */
    record OfSource(Column column) implements Resolution {}

    /** The select item with that ordinal (from 0) in the block's list, by its alias. */
    record OfItem(int item) implements Resolution {}

    /** Not certain here: ambiguous, unknown, or of a source whose columns are not known. */
    record Unknown() implements Resolution {}

    Unknown UNKNOWN = new Unknown();
}
