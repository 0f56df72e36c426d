package drds.parser;

/** A whole statement, by family. */
public sealed interface Statement extends Node
        permits Query,
                DataChange,
                DataDefinition,
                AccountStatement,
                SetStatement,
                ShowStatement,
                ExplainStatement,
                TransactionStatement,
                SessionStatement,
                OperatorStatement,
                Unparsed {}
