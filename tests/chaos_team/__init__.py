"""Three desks and two workers on one server whose connections are cut, back ends killed and servers replaced."""
