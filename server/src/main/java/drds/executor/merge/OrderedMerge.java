package drds.executor.merge;

import drds.mysql.ColumnDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Streams that are each ordered, as one ordered stream; equal rows come in the order of their streams. */
public final class OrderedMerge implements RowSource {
    private final List<RowSource> sources;
    private final RowOrder order;
    private final PriorityQueue<Head> heads;
    private boolean started;

    public OrderedMerge(List<RowSource> sources, RowOrder order) {
        this.sources = sources;
        this.order = order;
        this.heads = new PriorityQueue<>(Math.max(1, sources.size()), this::compare);
    }

    /** A stream's next row. */
    private record Head(int stream, Row row, @Nullable Object[] key) {}

    private int compare(Head a, Head b) {
        int result = order.compare(a.key, b.key);
        return result != 0 ? result : Integer.compare(a.stream, b.stream);
    }

    @Override
    public List<ColumnDefinition> columns() {
        return sources.getFirst().columns();
    }

    @Override
    public @Nullable Row next() {
        if (!started) {
            started = true;
            for (int i = 0; i < sources.size(); i++) {
                advance(i);
            }
        }
        Head head = heads.poll();
        if (head == null) {
            return null;
        }
        try {
            advance(head.stream);
        } catch (RuntimeException e) {
            head.row.release();
            throw e;
        }
        return head.row;
    }

    private void advance(int stream) {
        Row row = sources.get(stream).next();
        if (row != null) {
            heads.add(new Head(stream, row, order.keyOf(row)));
        }
    }

    @Override
    public void close() {
        new ArrayList<>(heads).forEach(head -> head.row.release());
        heads.clear();
        sources.forEach(RowSource::close);
    }
}
