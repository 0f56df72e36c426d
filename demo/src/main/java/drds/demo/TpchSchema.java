package drds.demo;

import io.trino.tpch.TpchTable;
import java.util.List;

/**
 * TPC-H's tables with keys, indexes and a place for each: what is joined in place lies together, what never changes is
 * copied everywhere, and what is small and written in one place stays whole.
 */
final class TpchSchema {
    private TpchSchema() {}

    /**
     * One table.
     *
     * @param data its rows
     * @param columns the column list of CREATE TABLE
     * @param placement DRDS's clause; empty where the table is single
     */
    record Definition(TpchTable<?> data, String columns, String placement) {
        String name() {
            return data.getTableName();
        }

        /** The statement that makes it: on DRDS in its place, on a plain server without one. */
        String create(boolean placed) {
            String statement = "CREATE TABLE " + name() + " (\n" + columns.stripTrailing() + "\n)";
            return placed && !placement.isEmpty() ? statement + "\n" + placement : statement;
        }
    }

    /** The big ones last, so that a first look at the small ones is possible early. */
    static final List<Definition> TABLES = List.of(
            new Definition(TpchTable.REGION, """
                      r_regionkey INT NOT NULL,
                      r_name CHAR(25) NOT NULL,
                      r_comment VARCHAR(152),
                      PRIMARY KEY (r_regionkey)
                    """, "BROADCAST"),
            new Definition(TpchTable.NATION, """
                      n_nationkey INT NOT NULL,
                      n_name CHAR(25) NOT NULL,
                      n_regionkey INT NOT NULL,
                      n_comment VARCHAR(152),
                      PRIMARY KEY (n_nationkey),
                      KEY (n_regionkey)
                    """, "BROADCAST"),
            new Definition(TpchTable.SUPPLIER, """
                      s_suppkey INT NOT NULL,
                      s_name CHAR(25) NOT NULL,
                      s_address VARCHAR(40) NOT NULL,
                      s_nationkey INT NOT NULL,
                      s_phone CHAR(15) NOT NULL,
                      s_acctbal DECIMAL(15,2) NOT NULL,
                      s_comment VARCHAR(101) NOT NULL,
                      PRIMARY KEY (s_suppkey),
                      KEY (s_nationkey)
                    """, ""),
            new Definition(TpchTable.PART, """
                      p_partkey INT NOT NULL,
                      p_name VARCHAR(55) NOT NULL,
                      p_mfgr CHAR(25) NOT NULL,
                      p_brand CHAR(10) NOT NULL,
                      p_type VARCHAR(25) NOT NULL,
                      p_size INT NOT NULL,
                      p_container CHAR(10) NOT NULL,
                      p_retailprice DECIMAL(15,2) NOT NULL,
                      p_comment VARCHAR(23) NOT NULL,
                      PRIMARY KEY (p_partkey)
                    """, "DBPARTITION BY HASH(p_partkey)"),
            new Definition(TpchTable.PART_SUPPLIER, """
                      ps_partkey INT NOT NULL,
                      ps_suppkey INT NOT NULL,
                      ps_availqty INT NOT NULL,
                      ps_supplycost DECIMAL(15,2) NOT NULL,
                      ps_comment VARCHAR(199) NOT NULL,
                      PRIMARY KEY (ps_partkey, ps_suppkey),
                      KEY (ps_suppkey)
                    """, "DBPARTITION BY HASH(ps_partkey)"),
            new Definition(TpchTable.CUSTOMER, """
                      c_custkey INT NOT NULL,
                      c_name VARCHAR(25) NOT NULL,
                      c_address VARCHAR(40) NOT NULL,
                      c_nationkey INT NOT NULL,
                      c_phone CHAR(15) NOT NULL,
                      c_acctbal DECIMAL(15,2) NOT NULL,
                      c_mktsegment CHAR(10) NOT NULL,
                      c_comment VARCHAR(117) NOT NULL,
                      PRIMARY KEY (c_custkey),
                      KEY (c_nationkey)
                    """, "DBPARTITION BY HASH(c_custkey)"),
            new Definition(
                    TpchTable.ORDERS,
                    """
                      o_orderkey BIGINT NOT NULL,
                      o_custkey INT NOT NULL,
                      o_orderstatus CHAR(1) NOT NULL,
                      o_totalprice DECIMAL(15,2) NOT NULL,
                      o_orderdate DATE NOT NULL,
                      o_orderpriority CHAR(15) NOT NULL,
                      o_clerk CHAR(15) NOT NULL,
                      o_shippriority INT NOT NULL,
                      o_comment VARCHAR(79) NOT NULL,
                      PRIMARY KEY (o_orderkey),
                      KEY (o_custkey),
                      KEY (o_orderdate)
                    """,
                    "DBPARTITION BY HASH(o_orderkey) TBPARTITION BY HASH(o_orderkey) TBPARTITIONS 2"),
            new Definition(
                    TpchTable.LINE_ITEM,
                    """
                      l_orderkey BIGINT NOT NULL,
                      l_partkey INT NOT NULL,
                      l_suppkey INT NOT NULL,
                      l_linenumber INT NOT NULL,
                      l_quantity DECIMAL(15,2) NOT NULL,
                      l_extendedprice DECIMAL(15,2) NOT NULL,
                      l_discount DECIMAL(15,2) NOT NULL,
                      l_tax DECIMAL(15,2) NOT NULL,
                      l_returnflag CHAR(1) NOT NULL,
                      l_linestatus CHAR(1) NOT NULL,
                      l_shipdate DATE NOT NULL,
                      l_commitdate DATE NOT NULL,
                      l_receiptdate DATE NOT NULL,
                      l_shipinstruct CHAR(25) NOT NULL,
                      l_shipmode CHAR(10) NOT NULL,
                      l_comment VARCHAR(44) NOT NULL,
                      PRIMARY KEY (l_orderkey, l_linenumber),
                      KEY (l_shipdate),
                      KEY (l_partkey, l_suppkey),
                      KEY (l_suppkey)
                    """,
                    "DBPARTITION BY HASH(l_orderkey) TBPARTITION BY HASH(l_orderkey) TBPARTITIONS 2"));
}
