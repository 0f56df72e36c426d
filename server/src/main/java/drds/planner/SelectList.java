package drds.planner;

import drds.analyzer.Outputs;
import drds.parser.TextEdits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of a Gather's fragments: those of the user's select list, then hidden ones. */
final class SelectList {
    private final @Nullable List<Outputs.Output> outputs;
    private final List<Piece> hidden = new ArrayList<>();

    /** @param outputs null where a wildcard can't be told: then nothing can be hidden */
    SelectList(@Nullable List<Outputs.Output> outputs) {
        this.outputs = outputs;
    }

    /** @throws NotPushable if they aren't certain */
    List<Outputs.Output> outputs() {
        if (outputs == null) {
            throw new NotPushable("the columns that * stands for are not certain");
        }
        return outputs;
    }

    int visible() {
        return outputs().size();
    }

    boolean hasHidden() {
        return !hidden.isEmpty();
    }

    /** The ordinal of a hidden column with that text. */
    int hide(Piece piece) {
        int at = hidden.indexOf(piece);
        if (at < 0) {
            at = hidden.size();
            hidden.add(piece);
        }
        return visible() + at;
    }

    /** What to put behind the user's select list; empty if nothing is hidden. */
    String text(TextEdits edits) {
        StringBuilder text = new StringBuilder();
        hidden.forEach(piece -> text.append(", ").append(piece.render(edits)));
        return text.toString();
    }

    /** The key by which a column's values are compared, with the hidden columns that this takes. */
    Plan.SortKey key(int column, Piece piece, SortKind kind, boolean descending) {
        return switch (kind) {
            case SortKind.Number number -> new Plan.SortKey(column, -1, descending);
            case SortKind.Time time -> new Plan.SortKey(column, -1, descending);
            case SortKind.Text text -> new Plan.SortKey(column, hide(weight(piece, text)), descending);
            case SortKind.Binary binary ->
                new Plan.SortKey(column, hide(piece.within("WEIGHT_STRING(", ")")), descending);
            case SortKind.Numbered numbered -> new Plan.SortKey(hide(piece.within("(", ") + 0")), -1, descending);
            case SortKind.Single single -> new Plan.SortKey(hide(piece.within("CAST(", " AS DOUBLE)")), -1, descending);
            case SortKind.Unknown unknown -> throw new NotPushable("how a value compares is not certain");
        };
    }

    /** The key of an expression that is no column of the user's. */
    Plan.SortKey hiddenKey(Piece piece, SortKind kind, boolean descending) {
        boolean other = kind instanceof SortKind.Numbered
                || kind instanceof SortKind.Single
                || kind instanceof SortKind.Unknown;
        return key(other ? -1 : hide(piece), piece, kind, descending);
    }

    static Piece weight(Piece piece, SortKind.Text kind) {
        return piece.within("WEIGHT_STRING(", " AS CHAR(" + kind.characters() + "))");
    }
}
