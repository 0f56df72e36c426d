package drds.ddl;

import drds.error.ErrorCode;
import drds.parser.IndexDefinition;
import drds.parser.Span;
import drds.parser.SqlText;
import java.util.Locale;
import java.util.Map;

/** GLOBAL INDEX as written, in what an instance takes of it and what DRDS makes of it. */
final class GlobalIndexClause {
    private GlobalIndexClause() {}

    /** The index that each partition has: a plain one of the same name and columns. */
    static String local(IndexDefinition index, String source) {
        return (index.kind() == IndexDefinition.Kind.UNIQUE ? "UNIQUE KEY " : "KEY ")
                + SqlText.identifier(name(index))
                + " ("
                + new Span(
                                index.parts().getFirst().start(),
                                index.parts().getLast().end())
                        .of(source)
                + ")";
    }

    /** @param wishes gets what is asked for, by the name in lower case */
    static void wish(IndexDefinition index, String source, Map<String, GlobalIndexes.Wish> wishes) {
        IndexDefinition.Global global = index.global();
        boolean plain = index.kind() == IndexDefinition.Kind.UNIQUE || index.kind() == IndexDefinition.Kind.INDEX;
        if (global == null || !plain) {
            throw ErrorCode.NOT_SUPPORTED.with("a global index of this kind");
        }
        wishes.put(
                name(index).toLowerCase(Locale.ROOT),
                new GlobalIndexes.Wish(
                        name(index),
                        global.clustered(),
                        global.covering().stream().map(column -> column.text()).toList(),
                        global.distribution() == null
                                ? ""
                                : global.distribution().text(source)));
    }

    private static String name(IndexDefinition index) {
        if (index.name() == null) {
            throw ErrorCode.NOT_SUPPORTED.with("a global index without a name");
        }
        return index.name().text();
    }

    /** How SHOW CREATE TABLE gives an index that a user has asked for, behind its columns. */
    static String shown(drds.catalog.GlobalIndex index) {
        StringBuilder text = new StringBuilder();
        if (!index.covering().isEmpty()) {
            text.append(" COVERING (")
                    .append(String.join(
                            ",",
                            index.covering().stream().map(SqlText::identifier).toList()))
                    .append(')');
        }
        var rule = index.stored().rule();
        if (rule != null && rule.clause().startsWith("DBPARTITION")) {
            text.append(' ').append(rule.clause());
        }
        return text.toString();
    }
}
