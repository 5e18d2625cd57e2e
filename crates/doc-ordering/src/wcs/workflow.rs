use crate::xml::Element;

/// A workflow of w.c.s.: as much of it as an import has to show. Its actions stay in the file's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    statuses: Vec<Status>,
}

/// A status of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its id in the file.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ids of the statuses that its actions lead to, as the file has them; `_previous` is the one before.
    pub targets: Vec<String>,
    /// The line of the file where it begins, from 1.
    pub line: usize,
}

impl Workflow {
    pub(super) fn read(root: &Element) -> Self {
        let statuses = root.first("possible_status").into_iter().flat_map(|all| all.all("status"));
        Self { statuses: statuses.map(status).collect() }
    }

    /// Its statuses, in order.
    #[must_use]
    pub fn statuses(&self) -> &[Status] {
        &self.statuses
    }

    /// The targets that lead to no status, with the status whose action names them.
    #[must_use]
    pub fn missing_targets(&self) -> Vec<(&Status, &str)> {
        let exists = |target: &str| target == "_previous" || self.statuses.iter().any(|status| status.id == target);
        let targets = self.statuses.iter().flat_map(|status| status.targets.iter().map(move |target| (status, target)));
        targets.map(|(status, target)| (status, target.as_str())).filter(|(_, target)| !exists(target)).collect()
    }
}

fn status(element: &Element) -> Status {
    let items = element.first("items").into_iter().flat_map(|items| items.all("item"));
    Status {
        id: element.text_at(&["id"]).unwrap_or_default(),
        name: element.text_at(&["name"]).unwrap_or_default(),
        targets: items.filter_map(|item| item.text_at(&["status"])).collect(),
        line: element.line(),
    }
}
