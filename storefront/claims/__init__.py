"""Claims: report, documents, assessment, decision and what a customer may answer to it."""
