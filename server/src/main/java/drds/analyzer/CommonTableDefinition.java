package drds.analyzer;

import drds.parser.With;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A common table expression and the places that name it. */
public final class CommonTableDefinition {
    private final With.CommonTable node;
    private final List<QuerySource> uses = new ArrayList<>();
    private @Nullable List<String> columns;
    private boolean recursive;
    private boolean open = true;

    CommonTableDefinition(With.CommonTable node) {
        this.node = node;
    }

    public With.CommonTable node() {
        return node;
    }

    public List<QuerySource> uses() {
        return uses;
    }

    /** Whether its query names itself. */
    public boolean recursive() {
        return recursive;
    }

    @Nullable
    List<String> columns() {
        return columns;
    }

    void close(@Nullable List<String> names) {
        columns = names;
        open = false;
    }

    void use(QuerySource source) {
        uses.add(source);
        recursive |= open;
    }
}
