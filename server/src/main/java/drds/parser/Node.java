package drds.parser;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of a statement. All nodes are immutable records; the children of a node lie inside its span and come in the
 * order of the text (with the exception of INTO, whose place varies).
 */
public interface Node {
    Span span();

    /** Calls {@code action} for each direct child. */
    void forEachChild(Consumer<? super Node> action);

    default int start() {
        return span().start();
    }

    default int end() {
        return span().end();
    }

    /** This node's text in the source it was parsed from. */
    default String text(String source) {
        return span().of(source);
    }

    /** Calls {@code action} for this node and everything below it, parents before children. */
    default void walk(Consumer<? super Node> action) {
        // A list of open nodes instead of a call per level: a chain of ten thousand ORs is that many levels deep.
        ArrayDeque<Node> open = new ArrayDeque<>();
        ArrayList<Node> children = new ArrayList<>();
        open.push(this);
        while (!open.isEmpty()) {
            Node node = open.pop();
            action.accept(node);
            node.forEachChild(children::add);
            for (int i = children.size() - 1; i >= 0; i--) open.push(children.get(i));
            children.clear();
        }
    }

    /** For implementations of {@link #forEachChild}: those of {@code nodes} that are there. */
    static void each(Consumer<? super Node> action, @Nullable Node... nodes) {
        for (Node node : nodes) {
            if (node != null) action.accept(node);
        }
    }

    /** For implementations of {@link #forEachChild}: the nodes of a list. */
    static void each(Consumer<? super Node> action, List<? extends Node> nodes) {
        for (Node node : nodes) action.accept(node);
    }
}
